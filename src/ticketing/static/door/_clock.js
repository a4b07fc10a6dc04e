const EVENING_MS = 12 * 60 * 60 * 1000;

/** Times and spans as staff read them, in the event's time zone. */
export function createClock(timeZone, texts) {
  const parts = { timeZone, hour12: false, hour: "2-digit", minute: "2-digit" };
  const toSecond = new Intl.DateTimeFormat("en-GB", { ...parts, second: "2-digit" });
  const toMinute = new Intl.DateTimeFormat("en-GB", parts);
  const toDay = new Intl.DateTimeFormat("ja-JP", { timeZone, month: "numeric", day: "numeric" });

  function dated(form, date, now) {
    const time = form.format(date);
    return Math.abs(now - date) < EVENING_MS ? time : `${toDay.format(date)} ${time}`;
  }

  return {
    minute: (date) => toMinute.format(date),
    second: (date) => toSecond.format(date),
    /** To the second; with the day in front when that is longer ago than an evening. */
    moment: (date, now = new Date()) => dated(toSecond, date, now),
    /** To the minute; with the day in front when that is further off than an evening. */
    start: (date, now = new Date()) => dated(toMinute, date, now),
    ago(date, now = new Date()) {
      const seconds = Math.max(0, Math.round((now - date) / 1000));
      if (seconds < 60) return texts.say("ago.seconds", { n: seconds });
      const minutes = Math.floor(seconds / 60);
      if (minutes < 60) return texts.say("ago.minutes", { n: minutes });
      return texts.say("ago.hours", { h: Math.floor(minutes / 60), m: minutes % 60 });
    },
  };
}
