// TreeWalk: everything below a directory, one entry at a time, in a fixed order.
//
// Owns: listing directories and asking for each entry's metadata. Does not own: what is done with
// it. Names are sorted by their bytes within each directory, and a directory stands before what is
// in it, so two walks of an unchanged tree give the same entries. Links are not followed, and other
// file systems that are mounted below are not entered.
#ifndef ASHLAR_SRC_IO_TREE_WALK_H_
#define ASHLAR_SRC_IO_TREE_WALK_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace ashlar::io {

enum class TreeEntryKind : uint8_t { kFile, kDirectory, kLink, kOther };

struct TreeEntry {
  std::string path;  // begins with the root as it was given
  TreeEntryKind kind = TreeEntryKind::kFile;
  uint64_t size = 0;
  int64_t modified_micros = 0;  // since 1970
  uint32_t mode = 0;            // permission bits
  std::string owner;            // a name, or a number where it has none
};

// Used by one thread.
class TreeWalk {
 public:
  // An error when the root is no directory or cannot be listed. Directories that are one of `skip`,
  // under whatever path, are left out with all that is in them.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<TreeWalk>> Open(
      std::string_view root, const std::vector<std::string>& skip = {});
  ~TreeWalk();

  // False at the end. The root itself is not an entry.
  [[nodiscard]] bool Next(TreeEntry* entry);
  // Directories that could not be listed, and entries that could not be looked at, so far.
  [[nodiscard]] uint64_t unreadable() const;

 private:
  struct State;
  explicit TreeWalk(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_TREE_WALK_H_
