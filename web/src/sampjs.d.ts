/** What is used of sampjs, SAMP 1.3's Web Profile by the author of TOPCAT. */
declare module 'sampjs' {
  type Value = string | Value[] | { [name: string]: Value };
  export type Params = Record<string, Value>;
  type Answered = (value: never) => void;
  type Refused = (reason: unknown) => void;

  export interface Callable {
    receiveNotification(sender: string, message: Params): void;
    receiveCall(sender: string, call: string, message: Params): void;
    receiveResponse(sender: string, tag: string, response: Params): void;
  }

  export interface Connection {
    privateKey: string;
    callAndWait(asked: Value[], answered: Answered, refused: Refused): void;
    declareMetadata(asked: Value[], answered: Answered, refused: Refused): void;
    declareSubscriptions(asked: Value[], answered: Answered, refused: Refused): void;
    getMetadata(asked: Value[], answered: Answered, refused: Refused): void;
    getRegisteredClients(asked: Value[], answered: Answered, refused: Refused): void;
    getSubscribedClients(asked: Value[], answered: Answered, refused: Refused): void;
    notifyAll(asked: Value[], answered: Answered, refused: Refused): void;
    reply(asked: Value[], answered: Answered, refused: Refused): void;
    setCallable(callable: Callable, done: () => void): void;
  }

  export const samp: {
    register(name: string, connected: (connection: Connection) => void, refused: Refused): void;
    XmlRpcRequest: new (method: string, asked: Value[]) => { toXml(): string };
  };
}
