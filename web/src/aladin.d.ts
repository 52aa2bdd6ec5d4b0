/** Address of Aladin Lite's file, from the build. */
declare const ALADIN: string;
