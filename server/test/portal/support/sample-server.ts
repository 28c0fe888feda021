// Serves the pages over sample services, to look at them while they are changed: `npm run portal:sample`.
import { servePortal } from "./serve-portal";

const { url } = await servePortal({ filled: true, port: Number(process.env.PORT ?? 8090), provider: { name: "Acme" } });
console.log(`${url}/portal?  In the browser's console: document.cookie = "session=sample"`);
