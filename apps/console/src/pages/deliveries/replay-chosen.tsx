import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { api, ApiError } from "../../api/client.js";
import type { Delivery } from "../../api/types.js";
import { useMayChange } from "../../session/session-context.js";
import { CheckBox } from "../../ui/check-box.js";
import { ErrorNote } from "../../ui/error-note.js";
import { Button } from "../../ui/fields.js";
import { grouped } from "../../ui/formats.js";

export interface ReplayChosenProps {
  /** Those that are shown. */
  readonly deliveries: readonly Delivery[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (ids: ReadonlySet<string>) => void;
}

/** What came of those that were asked for. */
interface Replayed {
  readonly count: number;
  /** Why the others were not, by how many. */
  readonly refusals: ReadonlyMap<string, number>;
}

/** Replays several dead letters of those that are shown. */
export function ReplayChosen({ deliveries, chosen, onChoose }: ReplayChosenProps): ReactElement {
  const mayChange = useMayChange();
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<Replayed>();
  const [error, setError] = useState<unknown>();
  const asked = deliveries.filter(({ id }) => chosen.has(id));
  const replay = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    setResult(undefined);
    try {
      setResult(await replayEach(asked));
      onChoose(new Set());
    } catch (fault) {
      setError(fault);
    }
    await queries.invalidateQueries();
    setBusy(false);
  };
  return (
    <>
      <div className="chosen">
        {deliveries.length === 0 ? null : (
          <>
            <CheckBox
              isShown
              isChecked={asked.length === deliveries.length}
              isDisabled={!mayChange || isBusy}
              label="All that are shown"
              onChange={(isChecked) => onChoose(new Set(isChecked ? deliveries.map(({ id }) => id) : []))}
            />
            <Button
              isSmall
              isDisabled={!mayChange || asked.length === 0}
              isPending={isBusy}
              onPress={() => void replay()}
            >
              {asked.length === 0 ? "Replay chosen" : `Replay ${grouped(asked.length)} chosen`}
            </Button>
          </>
        )}
        <span aria-live="polite" className="quiet">
          {result === undefined ? "" : resultText(result)}
        </span>
      </div>
      {error === undefined ? null : <ErrorNote error={error} />}
    </>
  );
}

/**
 * One after the other and the oldest first, so that each contact's are in their order again. What is refused stays
 * where it is, and the next one goes; where the gateway can't be asked, that is the end.
 */
async function replayEach(deliveries: readonly Delivery[]): Promise<Replayed> {
  let count = 0;
  const refusals = new Map<string, number>();
  const inOrder = deliveries.toSorted((one, other) => one.enqueued_at.localeCompare(other.enqueued_at));
  for (const { id } of inOrder) {
    try {
      await api.post(`/deliveries/${encodeURIComponent(id)}/replay`);
      count += 1;
    } catch (error) {
      if (!(error instanceof ApiError && (error.status === 404 || error.status === 409))) throw error;
      refusals.set(error.message, (refusals.get(error.message) ?? 0) + 1);
    }
  }
  return { count, refusals };
}

function resultText({ count, refusals }: Replayed): string {
  const others = [...refusals].map(([why, many]) => ` ${grouped(many)} stayed: ${why}`);
  return `${grouped(count)} replayed.${others.join("")}`;
}
