// The few emoji that matter here; an unknown name stays readable as :name:.

const KNOWN = {
  "+1": "👍", "-1": "👎", art: "🎨", bug: "🐛", bulb: "💡", calendar: "📅", clock: "🕒", eyes: "👀", fire: "🔥",
  heart: "❤️", heavy_check_mark: "✔️", hourglass: "⌛", hourglass_flowing_sand: "⏳", information_source: "ℹ️",
  inbox_tray: "📥", joy: "😂", link: "🔗", lock: "🔒", memo: "📝", no_entry: "⛔", ok_hand: "👌", page_facing_up: "📄",
  paperclip: "📎", partying_face: "🥳", pencil2: "✏️", pray: "🙏", question: "❓", raised_hands: "🙌", robot_face: "🤖",
  rocket: "🚀", rotating_light: "🚨", slightly_smiling_face: "🙂", smile: "😄", sparkles: "✨", speech_balloon: "💬",
  tada: "🎉", thinking_face: "🤔", thumbsdown: "👎", thumbsup: "👍", ticket: "🎫", warning: "⚠️", wave: "👋",
  white_check_mark: "✅", x: "❌", zap: "⚡", large_blue_circle: "🔵", large_green_circle: "🟢",
  large_orange_circle: "🟠", red_circle: "🔴", large_yellow_circle: "🟡", white_circle: "⚪",
};
export const QUICK = ["eyes", "white_check_mark", "ticket"];
export const emoji = (name) => KNOWN[name] ?? `:${name}:`;
