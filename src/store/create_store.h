// Creating a store in an empty directory.
#ifndef ASHLAR_SRC_STORE_CREATE_STORE_H_
#define ASHLAR_SRC_STORE_CREATE_STORE_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/options.h"
#include "src/io/file_system.h"
#include "src/manifest/manifest_store.h"

namespace ashlar::store {

// What a directory is, by its names alone.
enum class DirectoryState : uint8_t {
  kEmpty,
  kUnfinished,  // remains of a creation that a crash interrupted; nothing was ever committed
  kStore,       // has CURRENT
  kForeign,     // holds files, but is no store
  kHeadless,    // a store's files without CURRENT
};
[[nodiscard]] absl::StatusOr<DirectoryState> InspectDirectory(io::FileSystem& files);

// Makes LOCK where it is missing, so that it can be locked.
[[nodiscard]] absl::Status EnsureLockFile(io::FileSystem& files);

// The files of a new store, CURRENT last: until it is there, nothing was created. Also completes an
// unfinished creation. The caller holds the writer's lock.
[[nodiscard]] absl::StatusOr<std::unique_ptr<manifest::ManifestStore>> CreateStoreFiles(
    io::FileSystem& files, const manifest::VersionSet& initial);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_CREATE_STORE_H_
