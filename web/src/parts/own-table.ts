/** Files of readers' own, which are text: those that are not are refused before anything is made of them. */
import { say } from '../words';

/** As much as is looked at; the text of a table has no byte of zero. */
const BEGINNING = 2880;

/** What is wrong with a file that is no text, as FITS is not; '' with one that may be a table. */
export async function wrongWith(file: Blob, name: string, wanted: string): Promise<string> {
  const text = await file.slice(0, BEGINNING).text();
  if (!/^SIMPLE {2}=/.test(text) && !text.includes('\0')) return '';
  return say('{name} cannot be read here: {wanted} is wanted', { name, wanted });
}
