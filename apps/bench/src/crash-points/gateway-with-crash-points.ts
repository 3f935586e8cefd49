import { randomIds, systemClock } from "@gateway-router/core";
import { createContainer, createLogger, loadConfig, openGateway, tokens } from "@gateway-router/gateway";
import { openFileStorage } from "@gateway-router/storage-file";
import { CRASH_AT, type CrashPoint } from "./crash-points.js";

/** The gateway as it is, but for adapters that end the process where they are told to. */
const [crashAt, time = "1"] = (process.env[CRASH_AT] ?? "").split("@");
let timesLeft = Number(time);

function crashPoint(name: CrashPoint): void {
  if (name !== crashAt) return;
  timesLeft -= 1;
  if (timesLeft > 0) return;
  process.kill(process.pid, "SIGKILL");
  // The signal may take a moment to arrive, and nothing may happen in it.
  for (;;);
}

const config = loadConfig();
const container = createContainer(config, createLogger(config, process.stdout));
const { dataDir, duplicateMemoryDays, backupKeepDays } = config;
const storage = await openFileStorage({
  ...{ dataDir, duplicateMemoryDays, backupKeepDays, crashPoint },
  ...{ clock: systemClock, ids: randomIds, logger: container.get(tokens.logger) },
});
container.rebind(tokens.storage).toConstantValue({
  ...storage,
  intake: {
    async take(request) {
      const outcome = await storage.intake.take(request);
      crashPoint("intake:taken");
      return outcome;
    },
  },
});
const dispatcher = await container.getAsync(tokens.dispatcher);
container.rebind(tokens.dispatcher).toConstantValue({
  async dispatch(...attempt) {
    const result = await dispatcher.dispatch(...attempt);
    if (result.kind === "accepted") crashPoint("delivery:accepted");
    return result;
  },
  close: () => dispatcher.close(),
});
const replies = storage.replies;
const enqueue = replies.enqueue.bind(replies);
replies.enqueue = async (reply) => {
  const outcome = await enqueue(reply);
  crashPoint("delivery:replies-queued");
  return outcome;
};

const gateway = await openGateway(container);
await gateway.start();
process.once("SIGTERM", () => void gateway.stop(8_000).then(() => process.exit(0)));
