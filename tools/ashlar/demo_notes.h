// DemoNotes: a few small files of the demo's own, for it to change.
//
// Owns: a directory of notes, so that the tree that the user named is never touched. Does not own:
// the directory's removal.
#ifndef ASHLAR_TOOLS_ASHLAR_DEMO_NOTES_H_
#define ASHLAR_TOOLS_ASHLAR_DEMO_NOTES_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/file_system.h"

namespace ashlar::tools {

class DemoNotes {
 public:
  // Makes the directory, with three files.
  [[nodiscard]] static absl::StatusOr<DemoNotes> Make(const std::string& directory);

  // Makes one file longer and adds two.
  [[nodiscard]] absl::Status Change();
  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  DemoNotes(std::string directory, std::unique_ptr<io::FileSystem> files);
  [[nodiscard]] absl::Status Add(std::string_view name, std::string_view text);

  std::string directory_;
  std::unique_ptr<io::FileSystem> files_;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_DEMO_NOTES_H_
