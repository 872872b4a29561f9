/** When a policy decides. */
export interface PolicyClock extends AsyncDisposable {
  /** A request has arrived or ended. */
  notify(): void;
  /** A replica has changed its state. */
  replicasChanged(): void;
}
