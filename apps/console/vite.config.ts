import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/console/",
  plugins: [react()],
  build: {
    outDir: "dist/site",
    emptyOutDir: true,
    // Nothing is written into the page or a style sheet: the content security policy takes files of this origin alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
    target: ["chrome123", "firefox120", "safari17.5"],
  },
});
