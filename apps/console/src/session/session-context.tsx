import { useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  type ReactElement,
  type ReactNode,
} from "react";
import { api, ApiError, rememberCsrfToken, whenSessionIsOver } from "../api/client.js";
import type { Session } from "../api/types.js";

export type SessionState =
  | { readonly kind: "asking" }
  | { readonly kind: "unreachable"; readonly message: string }
  | { readonly kind: "signed_out" }
  /** `isOver`: who was signed in has to sign in again, and the page stays as it is meanwhile. */
  | { readonly kind: "signed_in"; readonly session: Session; readonly isOver: boolean };

export interface SessionActions {
  readonly state: SessionState;
  readonly signIn: (key: string) => Promise<void>;
  readonly signOut: () => Promise<void>;
  /** Looks whether the session goes on. */
  readonly ask: () => Promise<void>;
}

const SessionContext = createContext<SessionActions | undefined>(undefined);
const PATH = "/console/session";
/** What has not answered by then is not there: who waited on for it would never ask again. */
const ASK_MS = 10_000;

export function SessionProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [state, setState] = useState<SessionState>({ kind: "asking" });
  const queries = useQueryClient();

  const take = useCallback((session: Session) => {
    rememberCsrfToken(session);
    setState({ kind: "signed_in", session, isOver: false });
  }, []);

  const noteOver = useCallback(() => {
    setState((before) =>
      before.kind === "signed_in" ? { ...before, isOver: true } : { kind: "signed_out" },
    );
  }, []);

  const ask = useCallback(async () => {
    try {
      take(await api.get<Session>(PATH, { signal: AbortSignal.timeout(ASK_MS) }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) noteOver();
      else {
        const message = error instanceof Error ? error.message : String(error);
        setState((before) => (before.kind === "signed_in" ? before : { kind: "unreachable", message }));
      }
    }
  }, [take, noteOver]);

  useEffect(() => {
    whenSessionIsOver(noteOver);
    void ask();
  }, [ask, noteOver]);

  const actions = useMemo<SessionActions>(
    () => ({
      state,
      ask,
      signIn: async (key) => {
        take(await api.post<Session>(PATH, { body: { key } }));
        await queries.invalidateQueries();
      },
      signOut: async () => {
        try {
          await api.delete(PATH);
        } catch (error) {
          // What is over already needs no end.
          if (!(error instanceof ApiError && error.status === 401)) throw error;
        }
        rememberCsrfToken(undefined);
        // Nobody who sits down here next is shown what was read.
        queries.clear();
        setState({ kind: "signed_out" });
      },
    }),
    [state, ask, take, queries],
  );
  return <SessionContext value={actions}>{children}</SessionContext>;
}

export function useSession(): SessionActions {
  const actions = useContext(SessionContext);
  if (actions === undefined) throw new Error("There is no SessionProvider around this");
  return actions;
}

/** Whether who is signed in may change anything. */
export function useMayChange(): boolean {
  const { state } = useSession();
  return state.kind === "signed_in" && state.session.role === "admin";
}
