// Scratch directories, metered stores.
#include "bench/bench_store.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/posix_file_system.h"
#include "src/store/open_store.h"
#include "src/store/store_impl.h"

namespace ashlar::bench {

uint64_t Setting(const char* name, uint64_t fallback) {
  const char* text = std::getenv(name);
  if (text == nullptr || *text == '\0') return fallback;
  const uint64_t value = std::strtoull(text, nullptr, 10);
  ASHLAR_CHECK(value > 0);
  return value;
}

ScratchDirectory::ScratchDirectory() {
  const char* chosen = std::getenv("ASHLAR_BENCH_DIR");
  const std::string parent =
      chosen != nullptr ? chosen : std::filesystem::temp_directory_path().string();
  path_ = parent + "/ashlar_bench_XXXXXX";
  ASHLAR_CHECK(mkdtemp(path_.data()) != nullptr);
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ScratchDirectory::Path(std::string_view name) const {
  return base::StrCat(path_, "/", name);
}

std::shared_ptr<store::StoreCore> OpenMeteredCore(const std::string& path,
                                                  std::shared_ptr<SyncCounts> counts,
                                                  const StoreOptions& options) {
  auto below = io::OpenPosixFileSystem(path, {.create = true});
  ASHLAR_CHECK_OK(below.status());
  auto files = std::make_shared<SyncMeter>(*std::move(below), std::move(counts));
  auto core = store::OpenCore(std::move(files), options, base::SystemClock());
  ASHLAR_CHECK_OK(core.status());
  return *std::move(core);
}

std::unique_ptr<Store> OpenMetered(const std::string& path, std::shared_ptr<SyncCounts> counts,
                                   const StoreOptions& options) {
  Store::Impl impl{OpenMeteredCore(path, std::move(counts), options)};
  return std::make_unique<Store>(std::make_shared<Store::Impl>(std::move(impl)));
}

WriteStats ReplaceAll(Store& store, std::string_view dataset, BatchReader& batches,
                      const ReplaceOptions& options) {
  auto transaction = store.BeginWrite();
  ASHLAR_CHECK_OK(transaction.status());
  ASHLAR_CHECK_OK(transaction->Replace(dataset, batches, options));
  auto stats = std::move(*transaction).Commit();
  ASHLAR_CHECK_OK(stats.status());
  return *stats;
}

double Percentile(std::vector<double> values, double rank) {
  ASHLAR_CHECK(!values.empty() && rank > 0 && rank <= 100);
  std::ranges::sort(values);
  const auto nth = static_cast<size_t>(std::ceil(rank / 100 * static_cast<double>(values.size())));
  return values[std::max<size_t>(nth, 1) - 1];
}

}  // namespace ashlar::bench
