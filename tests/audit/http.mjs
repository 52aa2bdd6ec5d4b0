// Every audit of GraphQL over HTTP against the URL that is given: all must pass, SHOULD and MAY included.
import { serverAudits } from 'graphql-http';

const found = [];
for (const audit of serverAudits({ url: process.argv[2] })) {
  const { status, reason } = await audit.fn();
  found.push(status);
  if (status !== 'ok') console.log(`${status} ${audit.id} ${audit.name}: ${reason}`);
}
console.log(`${found.filter((status) => status === 'ok').length} of ${found.length} audits pass`);
process.exitCode = found.length > 60 && found.every((status) => status === 'ok') ? 0 : 1;
