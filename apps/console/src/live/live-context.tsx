import { useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
} from "react";
import { TENANT_NAME } from "../api/query-names.js";
import type { Overview } from "../api/types.js";
import { useSession } from "../session/session-context.js";

/** `since`: when the gateway was last heard of. */
export interface LiveState {
  readonly connection: "connecting" | "live" | "gone";
  readonly heardAtMs: number | undefined;
  readonly overview: Overview | undefined;
}

const LiveContext = createContext<LiveState>({
  connection: "connecting",
  heardAtMs: undefined,
  overview: undefined,
});
const EVENTS = "/api/gateway/overview/events";
/** The gateway says a word every 10 s: by then two were missed, and the connection is gone though nothing said so. */
const SILENCE_MS = 25_000;
const ANEW_EVERY_MS = 2_000;
const WAITS_MS = [500, 1_000, 2_000, 5_000, 10_000];

/** Listens to the gateway while somebody is signed in, and has what is shown read anew when something changed. */
export function LiveProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const { state, ask } = useSession();
  const queries = useQueryClient();
  const [live, setLive] = useState<LiveState>({
    connection: "connecting",
    heardAtMs: undefined,
    overview: undefined,
  });
  const mark = useRef("");
  const isSignedIn = state.kind === "signed_in" && !state.isOver;

  useEffect(() => {
    if (!isSignedIn) return undefined;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    let isStopped = false;

    let isAnewSoon = false;
    let anewTimer: ReturnType<typeof setTimeout> | undefined;
    // However fast things change, the lists are asked for so often and no oftener.
    const readAnew = (): void => {
      if (anewTimer !== undefined) {
        isAnewSoon = true;
        return;
      }
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== TENANT_NAME });
      anewTimer = setTimeout(() => {
        anewTimer = undefined;
        const isMore = isAnewSoon;
        isAnewSoon = false;
        if (isMore) readAnew();
      }, ANEW_EVERY_MS);
    };
    const listen = (): void => {
      source = new EventSource(EVENTS);
      watch();
      source.addEventListener("overview", (event: MessageEvent<string>) => {
        failures = 0;
        const overview = JSON.parse(event.data) as Overview;
        setLive({ connection: "live", heardAtMs: Date.now(), overview });
        const now = markOf(overview);
        if (now !== mark.current) readAnew();
        mark.current = now;
        watch();
      });
      source.addEventListener("still-here", () => {
        setLive((before) => ({ ...before, connection: "live", heardAtMs: Date.now() }));
        watch();
      });
      source.onerror = () => lose();
    };
    const watch = (): void => {
      clearTimeout(timer);
      timer = setTimeout(lose, SILENCE_MS);
    };
    const lose = (): void => {
      if (isStopped) return;
      source?.close();
      clearTimeout(timer);
      setLive((before) => ({ ...before, connection: "gone" }));
      // What is missed meanwhile is read when it is back.
      mark.current = "";
      timer = setTimeout(
        () => {
          // Says, too, when it is the session that is over.
          void ask().then(() => {
            if (!isStopped) listen();
          });
        },
        WAITS_MS[Math.min(failures, WAITS_MS.length - 1)],
      );
      failures += 1;
    };
    listen();
    return () => {
      isStopped = true;
      clearTimeout(anewTimer);
      source?.close();
      clearTimeout(timer);
    };
  }, [isSignedIn, ask, queries]);

  const value = useMemo(() => live, [live]);
  return <LiveContext value={value}>{children}</LiveContext>;
}

export function useLive(): LiveState {
  return useContext(LiveContext);
}

/** What lists are about: where it is the same, they are. */
function markOf({ contacts, last_mapping_change_at, tenants, deliveries, replies }: Overview): string {
  return JSON.stringify([contacts, last_mapping_change_at, tenants, deliveries, replies]);
}
