const secondsPerDay = 86_400;

/** Year, month (1-12) and day (1-31) of a day number since 1970-01-01, in the proleptic Gregorian calendar. */
function civil(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  // Eras of 400 years that begin in March, so that the leap day is the last of its year.
  // @see https://howardhinnant.github.io/date_algorithms.html#civil_from_days
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const lengthOf = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (monthLengths[month - 1] ?? 0);
const dayNumber = (seconds: number): number => Math.floor(seconds / secondsPerDay);
const within = (seconds: number, length: number): number => ((seconds % length) + length) % length;

/** UTC date parts of seconds since the epoch; fractions of a second are cut off. NaN gives NaN. */
export const dateFunctions: Readonly<Record<string, (seconds: number) => number>> = {
  minute: (seconds) => Math.floor(within(Math.trunc(seconds), 3600) / 60),
  hour: (seconds) => Math.floor(within(Math.trunc(seconds), secondsPerDay) / 3600),
  day_of_week: (seconds) => within(dayNumber(Math.trunc(seconds)) + 4, 7),
  day_of_month: (seconds) => civil(dayNumber(Math.trunc(seconds))).day,
  day_of_year: (seconds) => {
    const { year, month, day } = civil(dayNumber(Math.trunc(seconds)));
    let count = day;
    for (let before = 1; before < month; before += 1) count += lengthOf(year, before);
    return Number.isNaN(seconds) ? Number.NaN : count;
  },
  days_in_month: (seconds) => {
    const { year, month } = civil(dayNumber(Math.trunc(seconds)));
    return Number.isNaN(seconds) ? Number.NaN : lengthOf(year, month);
  },
  month: (seconds) => civil(dayNumber(Math.trunc(seconds))).month,
  year: (seconds) => civil(dayNumber(Math.trunc(seconds))).year,
};
