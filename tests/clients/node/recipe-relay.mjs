// Asks the page of a star of the recipe for Relay in its environment, then the next exposures, and prints what is shown each time.
import runtime from 'relay-runtime';

const { createOperationDescriptor, fetchQuery, getSelector } = runtime;
const [folder] = process.argv.slice(2);
const { environment } = await import(`${folder}/environment.mjs`);
const artifact = async (name) => (await import(`${folder}/__generated__/${name}.graphql.js`)).default;
const [pageQuery, exposuresQuery, exposures] = await Promise.all(['starPageQuery', 'starExposuresQuery', 'star_exposures'].map(artifact));

const asked = createOperationDescriptor(pageQuery, { name: 'HD 48329' });
environment.retain(asked);
const shown = (state) => {
  const { star } = environment.lookup(asked.fragment).data;
  const selected = environment.lookup(getSelector(exposures, star));
  const edges = selected.data?.exposures?.edges;
  console.log(state, star.name, edges ? edges.length : '…');
  return { star, pageInfo: selected.data?.exposures?.pageInfo };
};
await new Promise((resolve, reject) => {
  fetchQuery(environment, pageQuery, { name: 'HD 48329' }).subscribe({ next: () => shown('next'), complete: resolve, error: reject });
});
const { star, pageInfo } = shown('complete');
await fetchQuery(environment, exposuresQuery, { id: star.id, count: 2, after: pageInfo.endCursor }).toPromise();
shown('complete');
