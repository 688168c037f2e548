// Making, replacing and dropping directories; see the header.
#include "src/store/key_directories.h"

#include <utility>
#include <vector>

namespace ashlar::store {
namespace {

// Room for rows to come: a little at first, for most datasets are loaded and then read, and as much
// again once one has grown.
constexpr double kSpareAtFirst = 1.13;
constexpr double kSpareOnceGrown = 1.7;
// How much larger a directory must be to be worth filling again.
constexpr double kWorthwhile = 1.25;

}  // namespace

std::shared_ptr<KeyDirectory> KeyDirectories::Make(const DirectoryNeed& need, double spare) const {
  const KeyDirectory::Size wanted = KeyDirectory::SizeFor(need.rows, need.segments, spare);
  return KeyDirectory::Make(KeyDirectory::Fit(wanted, budget_->left()), budget_);
}

std::shared_ptr<KeyDirectory> KeyDirectories::Of(const DirectoryNeed& need) {
  if (!enabled()) return nullptr;
  base::MutexLock lock(mutex_);
  std::shared_ptr<KeyDirectory>& directory = directories_[need.dataset];
  if (directory == nullptr) directory = Make(need, kSpareAtFirst);
  return directory;
}

bool KeyDirectories::Replace(KeyDirectory& full, const DirectoryNeed& need) {
  base::MutexLock lock(mutex_);
  const auto found = directories_.find(need.dataset);
  // Another thread was faster, or the dataset was dropped.
  if (found == directories_.end() || found->second.get() != &full) return full.superseded();
  const KeyDirectory::Size wanted =
      KeyDirectory::SizeFor(need.rows, need.segments, kSpareOnceGrown);
  const uint64_t left = budget_->left();
  std::shared_ptr<KeyDirectory> larger =
      KeyDirectory::Make(KeyDirectory::Fit(wanted, left), budget_);
  const double enough = static_cast<double>(full.capacity()) * kWorthwhile;
  if (larger == nullptr || static_cast<double>(larger->capacity()) < enough) {
    // The old one counts against the budget as long as a handle uses it, and no longer.
    const KeyDirectory::Size later = KeyDirectory::Fit(wanted, left + full.bytes());
    if (!full.worn() || later.segments < need.segments) return false;
  }
  full.Supersede();
  found->second = std::move(larger);
  return true;
}

void KeyDirectories::Forget(uint64_t file_id) {
  std::vector<std::pair<uint64_t, std::shared_ptr<KeyDirectory>>> all;
  {
    base::MutexLock lock(mutex_);
    all.assign(directories_.begin(), directories_.end());
  }
  // Outside of the lock, for a directory may be busy, and gets ask for others.
  for (const auto& [dataset, directory] : all) {
    if (directory != nullptr && !directory->Forget(file_id)) continue;
    // All segments of a dataset that was dropped have gone.
    if (directory != nullptr) directory->Supersede();
    base::MutexLock lock(mutex_);
    const auto found = directories_.find(dataset);
    if (found != directories_.end() && found->second == directory) directories_.erase(found);
  }
}

KeyDirectoryStats KeyDirectories::Stats() {
  KeyDirectoryStats stats;
  stats.bytes = budget_->used();
  base::MutexLock lock(mutex_);
  for (const auto& [dataset, directory] : directories_) {
    if (directory != nullptr) directory->AddTo(&stats);
  }
  return stats;
}

}  // namespace ashlar::store
