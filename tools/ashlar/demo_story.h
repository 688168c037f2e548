// DemoStory: what the demo says.
//
// Owns: the layout of the story: numbered chapters, lines, small tables. Does not own: the plot
// (demo_command.cc).
#ifndef ASHLAR_TOOLS_ASHLAR_DEMO_STORY_H_
#define ASHLAR_TOOLS_ASHLAR_DEMO_STORY_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "ashlar/snapshot.h"
#include "tools/ashlar/console.h"

namespace ashlar::tools {

class DemoStory {
 public:
  explicit DemoStory(Console& console) : console_(console) {}

  // Both flush, so that the story unfolds while the work is done.
  [[nodiscard]] absl::Status Chapter(std::string_view title);
  [[nodiscard]] absl::Status Say(std::string_view line);
  // All rows that are left, as a table.
  [[nodiscard]] absl::Status Show(BatchReader& rows);
  // At most `limit` rows from `offset` on.
  [[nodiscard]] absl::Status ShowRows(const Dataset& dataset, uint64_t offset, uint64_t limit);

  [[nodiscard]] Console& console() { return console_; }

 private:
  Console& console_;
  int chapter_ = 0;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_DEMO_STORY_H_
