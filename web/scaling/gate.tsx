/**
 * Our mark: a gate between two posts, lifted as far as replicas are ready. Closed, the water stands on the left;
 * open, it runs below the plate and both sides are level.
 */
export function Gate({ openRatio }: { readonly openRatio: number }) {
  const open = Math.min(1, Math.max(0, openRatio));
  const lift = open === 0 ? 0 : 4 + open * 4;
  return (
    <svg class="gate" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <path class="gate-water" d="M2 17q2.5-2 5 0V29H4a2 2 0 0 1-2-2z" />
      <rect class="gate-water" x="7" y={open === 0 ? 27 : 19} width="18" height={open === 0 ? 2 : 10} />
      <path class="gate-water" d={`M25 ${open === 0 ? 27 : 18}q2.5-2 5 0V27a2 2 0 0 1-2 2h-3z`} />
      <rect class="gate-plate" x="9.5" y={12 - lift} width="13" height="15" rx="1.2" />
      <path class="gate-posts" d="M7 29V5m18 24V5M4.5 5h5m13 0h5" />
    </svg>
  );
}
