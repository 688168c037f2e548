// Drawing progress. See progress.h.
#include "tools/ashlar/progress.h"

#include <algorithm>
#include <utility>

#include "src/base/clock.h"
#include "src/base/strings.h"

namespace ashlar::tools {
namespace {

constexpr std::chrono::milliseconds kInterval{100};
constexpr uint64_t kBarWidth = 30;

std::string Amount(ProgressUnit unit, uint64_t amount) {
  return unit == ProgressUnit::kBytes ? base::HumanBytes(amount) : base::StrCat(amount);
}

}  // namespace

Progress::Progress(Console& console, std::string label, ProgressUnit unit, uint64_t total)
    : console_(console), label_(std::move(label)), unit_(unit), total_(total) {}

Progress::~Progress() {
  if (drawn_) console_.Raw("\r\x1b[K");
}

void Progress::Add(uint64_t amount) {
  done_ += amount;
  if (!console_.error_is_terminal()) return;
  const std::chrono::nanoseconds now = base::SystemClock()->Monotonic();
  if (now < next_draw_) return;
  next_draw_ = now + kInterval;
  Draw();
}

void Progress::Draw() {
  std::string line = base::StrCat("\r\x1b[K", label_, " ");
  if (total_ > 0) {
    // A file that grows while it is read must not overfill the bar.
    const uint64_t done = std::min(done_, total_);
    const auto filled =
        static_cast<uint64_t>(static_cast<double>(done) / static_cast<double>(total_) * kBarWidth);
    line += base::StrCat("[", std::string(filled, '#'), std::string(kBarWidth - filled, '.'), "] ",
                         Amount(unit_, done), " of ", Amount(unit_, total_));
  } else {
    line += Amount(unit_, done_);
  }
  console_.Raw(line);
  drawn_ = true;
}

}  // namespace ashlar::tools
