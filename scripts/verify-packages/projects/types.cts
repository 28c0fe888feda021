// CommonJS in TypeScript: its types come from the condition `require`.
import client = require("@featstore/client");
import datasets = require("@featstore/client/datasets");

const create: (options: { baseUrl: string; apiKey: string }) => client.Client = client.createClient;
const open: typeof datasets.createDatasets = datasets.createDatasets;
export = { create, open };
