using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .smokeTest),
    # The demo listens on loopback, which workers may not reach by default.
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", http = (), service = "main")],
);

const smokeTest :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  bindings = [
    (name = "URL", fromEnvironment = "SMOKE_URL"),
    (name = "KEY", fromEnvironment = "SMOKE_KEY"),
    (name = "DATASET", fromEnvironment = "SMOKE_DATASET"),
  ],
  compatibilityDate = "2025-09-01",
);
