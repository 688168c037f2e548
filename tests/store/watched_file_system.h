// A file system on which a test steps in right before new segments are published.
//
// Owns: that moment, and counting files that bypass the page cache. Does not own: what is done
// then.
#ifndef ASHLAR_TESTS_STORE_WATCHED_FILE_SYSTEM_H_
#define ASHLAR_TESTS_STORE_WATCHED_FILE_SYSTEM_H_

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "tests/testing/faulty_file_system.h"

namespace ashlar::testkit {

// Does something, once, right before the names of segments are synced, or the first segment is
// created or opened.
class WatchedFileSystem final : public FaultyFileSystem {
 public:
  WatchedFileSystem(std::unique_ptr<io::FileSystem> base, std::shared_ptr<FaultInjector> injector)
      : FaultyFileSystem(std::move(base), std::move(injector)) {}

  absl::StatusOr<std::unique_ptr<io::WritableFile>> Create(
      std::string_view name, const io::CreateOptions& options) override {
    if (name.starts_with("segments/") && options.direct) ++direct_files;
    if (on_create && name.starts_with("segments/")) std::exchange(on_create, nullptr)();
    return FaultyFileSystem::Create(name, options);
  }
  absl::Status SyncDirectory(std::string_view name) override {
    if (on_sync && name == "segments") std::exchange(on_sync, nullptr)();
    return FaultyFileSystem::SyncDirectory(name);
  }

  absl::StatusOr<std::shared_ptr<io::ReadableFile>> OpenForRead(std::string_view name) override {
    if (on_open && name.starts_with("segments/")) std::exchange(on_open, nullptr)();
    return FaultyFileSystem::OpenForRead(name);
  }

  std::function<void()> on_sync;
  std::function<void()> on_create;
  std::function<void()> on_open;
  int direct_files = 0;
};

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_WATCHED_FILE_SYSTEM_H_
