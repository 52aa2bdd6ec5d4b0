export * from "./caches.js";
export * from "./schema.js";
export * from "./uv.js";
