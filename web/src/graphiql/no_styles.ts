/** In place of react-style-singleton, which writes a style element that the policy of our pages refuses; it only hides scroll bars. */
const nothing = () => null;
export const styleSingleton = () => nothing;
export const styleHookSingleton = () => nothing;
export const stylesheetSingleton = () => ({ add() {}, remove() {} });
