// PostGraphile 5 as its documentation starts it, over two schemas of the hub; PEER_TAGS tells it the keys of foreign tables.
import { createServer } from "node:http";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makePgService } from "postgraphile/adaptors/pg";
import { postgraphile } from "postgraphile";
import { jsonPgSmartTags } from "postgraphile/utils";

const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: process.env.PEER_TAGS ? [jsonPgSmartTags(JSON.parse(process.env.PEER_TAGS))] : [],
  pgServices: [
    makePgService({
      connectionString: process.env.PEER_HUB,
      schemas: ["jsdc", "obsportal"],
      poolConfig: { max: 16, options: "-c jit=off" },
    }),
  ],
  grafserv: { graphqlPath: "/graphql", watch: false, graphiql: false },
  grafast: { explain: false },
};

const server = createServer();
await grafserv({ preset, schema: await postgraphile(preset).getSchema() }).addTo(server);
server.listen(Number(process.env.PEER_PORT), "127.0.0.1");
