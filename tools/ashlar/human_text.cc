// Numbers as people read them. See human_text.h.
#include "tools/ashlar/human_text.h"

#include "src/base/strings.h"

namespace ashlar::tools {

std::string DurationText(std::chrono::nanoseconds duration) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  if (micros < 1'000) return base::StrCat(micros, " us");
  if (micros < 10'000) return base::StrCat(micros / 1'000, ".", micros % 1'000 / 100, " ms");
  if (micros < 1'000'000) return base::StrCat(micros / 1'000, " ms");
  const auto hundredths = micros % 1'000'000 / 10'000;
  return base::StrCat(micros / 1'000'000, ".", hundredths < 10 ? "0" : "", hundredths, " s");
}

std::string CountText(uint64_t count) {
  const std::string digits = base::StrCat(count);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string Many(uint64_t count, std::string_view what) {
  return base::StrCat(CountText(count), " ", what, count == 1 ? "" : "s");
}

}  // namespace ashlar::tools
