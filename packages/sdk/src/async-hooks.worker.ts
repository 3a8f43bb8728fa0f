/** The one Node module that an isolate offers to Ward's own code; declared here, since Node's types must stay out. */

export declare class AsyncLocalStorage<Store> {
  run<Result>(store: Store, work: () => Result): Result;
  getStore(): Store | undefined;
}
