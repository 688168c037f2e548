// Publisher: the one place where the current VersionSet changes.
//
// Owns: the pointer to the current value and the four steps of a publication: apply (pure) → check
// invariants → make durable → swap. Does not own: building edits. Publish() is serialised inside;
// current() never waits for a publication in progress.
#ifndef ASHLAR_SRC_MANIFEST_PUBLISHER_H_
#define ASHLAR_SRC_MANIFEST_PUBLISHER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/base/mutex.h"
#include "src/manifest/edit.h"
#include "src/manifest/manifest_store.h"

namespace ashlar::manifest {

class Publisher {
 public:
  struct Published {
    std::shared_ptr<const VersionSet> set;
    uint64_t manifest_bytes = 0;
  };
  // Builds the edit from the value it will be applied to; called under the publication lock. An
  // empty edit publishes nothing.
  using EditFunction = std::function<absl::StatusOr<ManifestEdit>(const VersionSet& base)>;

  // `on_swap` runs right after the pointer was swapped, still under the publication lock; it must
  // not publish.
  Publisher(std::unique_ptr<ManifestStore> store, std::shared_ptr<const VersionSet> initial,
            std::function<void(const std::shared_ptr<const VersionSet>&)> on_swap);

  [[nodiscard]] std::shared_ptr<const VersionSet> current() const;
  // Before a session's first new file; see ManifestStore::BeginWriting(). Waits for nobody once it
  // has succeeded.
  [[nodiscard]] absl::Status BeginWriting();
  [[nodiscard]] absl::StatusOr<Published> Publish(const EditFunction& make_edit);
  [[nodiscard]] absl::Status Roll();
  // Both end publishing and writing for good.
  [[nodiscard]] absl::Status CloseClean();
  void CloseUnclean();
  // Makes names of a directory durable. A sync that failed cannot be retried, so it turns the store
  // read-only; one that was not begun (ResourceExhausted) does not.
  [[nodiscard]] absl::Status SyncDirectory(io::FileSystem& files, std::string_view name);
  [[nodiscard]] bool read_only() const;
  // The same without waiting for a publication in progress.
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] uint64_t manifest_number() const;
  [[nodiscard]] uint64_t manifest_file_bytes() const;

 private:
  mutable base::Mutex publish_mutex_;
  mutable base::Mutex current_mutex_ ABSL_ACQUIRED_AFTER(publish_mutex_);
  std::unique_ptr<ManifestStore> store_ ABSL_GUARDED_BY(publish_mutex_);
  std::shared_ptr<const VersionSet> current_ ABSL_GUARDED_BY(current_mutex_);
  std::function<void(const std::shared_ptr<const VersionSet>&)> on_swap_;
  std::atomic<bool> writing_{false};
  std::atomic<bool> failed_{false};  // some publication ended in an unknown state
};

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_PUBLISHER_H_
