/** Formats in which rows are taken away, by their names in addresses (`RESPONSEFORMAT`): the one list, which the gateway has too. */
import files from '../../../adapters/page/files.json';

export const FILES: Readonly<Record<string, string>> = files;
