import { useEffect, useReducer } from 'preact/hooks';
import { emptyLive, liveReducer, readScalingEvent, type LiveState } from './scaling-state.ts';

/** Wait before the stream is opened again after the server refused it: doubled each time, 15 s at most. */
const firstRetryMs = 1000;
const longestRetryMs = 15_000;

/** The live view of `/events`. It reconnects for as long as the page is open. */
export function useLive(): LiveState {
  const [live, dispatch] = useReducer(liveReducer, emptyLive);
  useEffect(() => {
    let source: EventSource | null = null;
    let timer = 0;
    let retryMs = firstRetryMs;
    const take = (event: MessageEvent<unknown>): void => {
      const action = readScalingEvent(String(event.data), Date.now());
      if (!action) return;
      retryMs = firstRetryMs;
      dispatch(action);
    };
    const connect = (): void => {
      source = new EventSource('/events');
      source.addEventListener('status', take);
      source.addEventListener('decision', take);
      source.addEventListener('error', () => {
        dispatch({ type: 'lost' });
        // The browser retries a broken stream by itself, but gives up on one that was refused.
        if (source?.readyState !== EventSource.CLOSED) return;
        timer = window.setTimeout(connect, retryMs);
        retryMs = Math.min(longestRetryMs, retryMs * 2);
      });
    };
    connect();
    return () => {
      window.clearTimeout(timer);
      source?.close();
    };
  }, []);
  return live;
}
