/** The databases as the server has them: by name. */
export const TITLES: Record<string, string> = {
  obsportal: 'Obs Portal',
  oidb: 'OiDB',
  jsdc: 'JSDC',
  spica: 'SPICA-DB',
};

export const titleOf = (source: string): string => TITLES[source] ?? source;
