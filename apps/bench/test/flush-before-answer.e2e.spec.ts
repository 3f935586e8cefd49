import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CampaignHouse, tracedAnswers } from "@gateway-router/bench";

const hasStrace = spawnSync("strace", ["-V"]).status === 0;
const CALLS = "read,write,writev,fdatasync,fsync,msync";

describe("a system-call trace of the gateway", () => {
  (hasStrace ? it : it.skip)(
    "shows a flush to disk before each 200, locks and later messages alike",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "gateway-trace-"));
      const traceFile = join(folder, "trace");
      // `-D`: the tracer is the child, so that signals reach the gateway itself.
      const under = ["strace", "-D", "-f", "-s", "64", "-e", `trace=${CALLS}`, "-o", traceFile];
      const house = await CampaignHouse.open({ seed: 1, tenants: 2, under });
      try {
        await house.gateway.start();
        for (let contact = 0; contact < 5; contact += 1) {
          for (const text of ["start_realty_2", "one", "two"]) {
            const { status } = await house.webhooks.post({
              contact: `97150000000${contact}`,
              text,
              messageId: `${contact}-${text}`,
            });
            expect(status).toBe(200);
          }
        }
        await house.gateway.stop();
        const answers = tracedAnswers(await readFile(traceFile, "utf8"));
        expect(answers).toHaveLength(15);
        expect(answers.filter((answer) => !answer.flushedBefore)).toEqual([]);
      } finally {
        await house.close();
        await rm(folder, { recursive: true });
      }
    },
    120_000,
  );

  it("is read so that a missing flush would be seen", () => {
    const read = '7 read(20, "POST /api/gateway/waha HTTP/1.1\\r\\n", 65536) = 500';
    const flush = "9 fdatasync(18) = 0";
    const resumed = "9 <... fdatasync resumed>) = 0";
    const failed = "9 fdatasync(18) = -1 ENOSPC (No space left on device)";
    const answer = '7 writev(20, [{iov_base="HTTP/1.1 200 OK\\r\\n"...}], 2) = 300';
    expect(tracedAnswers([read, flush, answer, read, resumed, answer].join("\n"))).toEqual([
      { flushedBefore: true },
      { flushedBefore: true },
    ]);
    expect(tracedAnswers([flush, read, answer, read, failed, answer].join("\n"))).toEqual([
      { flushedBefore: false },
      { flushedBefore: false },
    ]);
  });
});
