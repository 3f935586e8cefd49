import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/client.js";
import { App } from "./app.js";
import { SessionProvider } from "./session/session-context.js";
import { applyKeptTheme } from "./ui/theme-choice.js";
import "./styles.css";

const MOST_RETRIES = 2;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      refetchOnWindowFocus: false,
      // What was refused stays refused; what could not be asked may be asked again.
      retry: (failures, error) =>
        failures < MOST_RETRIES && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});

applyKeptTheme();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <SessionProvider>
        <App />
      </SessionProvider>
    </QueryClientProvider>
  </StrictMode>,
);
