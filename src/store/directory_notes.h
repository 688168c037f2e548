// What else lies in a store's directory: foreign files, orphans, helpers that are gone.
//
// Owns: telling these apart, in words. Does not own: removing anything (garbage.h), for beside a
// live writer an orphan may be a file that is about to be published.
#ifndef ASHLAR_SRC_STORE_DIRECTORY_NOTES_H_
#define ASHLAR_SRC_STORE_DIRECTORY_NOTES_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "src/io/file_system.h"

namespace ashlar::store {

// What the readable manifest needs.
struct NeededFiles {
  std::set<uint64_t> segments;
  std::set<uint64_t> manifests;
  uint64_t next_segment_id = 1;
  bool is_newest = true;  // false: later versions may have needed what this one does not
};

// In the order of names, the root first.
[[nodiscard]] absl::Status AppendDirectoryNotes(io::FileSystem& files, const NeededFiles& needed,
                                                std::vector<std::string>* notes);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_DIRECTORY_NOTES_H_
