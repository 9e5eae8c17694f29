// How is the app built, served while developed, and tested?
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const api = process.env["FRONTEND_API"] ?? "http://127.0.0.1:8765";
const proxied = { target: api }; // as an object, it keeps the Host header, which the app holds against the origin

export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: "../src/liveloop/web/static",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The page's policy allows no data: or inline code, so nothing may be inlined or polyfilled inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { host: "127.0.0.1", port: 5173, strictPort: true, proxy: { "/api": proxied, "/health": proxied } },
  resolve: process.env["VITEST"] ? { conditions: ["browser"] } : {},
  test: { environment: "happy-dom", include: ["src/**/*.test.ts", "src/**/*.test.svelte.ts"], restoreMocks: true },
});
