// What a store must hold, kept without the engine.
#include "tests/store/store_model.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "tests/store/store_fixture.h"

namespace ashlar::testkit {
namespace {

std::vector<int64_t> OrderById(const RecordBatch& rows) {
  std::vector<int64_t> order(static_cast<size_t>(rows.rows()));
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](int64_t row) { return rows.column(0).GetInt64(row); });
  return order;
}

// Keyed datasets hold rows in no order that counts.
bool SameById(const RecordBatch& a, const RecordBatch& b) {
  const std::vector<int64_t> order_a = OrderById(a);
  const std::vector<int64_t> order_b = OrderById(b);
  for (size_t i = 0; i < order_a.size(); ++i) {
    const int64_t x = order_a[i];
    const int64_t y = order_b[i];
    if (a.column(0).GetInt64(x) != b.column(0).GetInt64(y) ||
        a.column(1).GetBytes(x) != b.column(1).GetBytes(y) ||
        a.column(2).GetDouble(x) != b.column(2).GetDouble(y)) {
      return false;
    }
  }
  return true;
}

std::string DifferenceBetween(const Content& expected, const Content& actual,
                              const std::set<std::string>& by_id = {}) {
  for (const auto& [name, rows] : expected) {
    const auto found = actual.find(name);
    if (found == actual.end()) return base::StrCat("dataset ", name, " is missing");
    if (found->second.rows() != rows.rows()) {
      return base::StrCat("dataset ", name, " has ", found->second.rows(), " rows instead of ",
                          rows.rows());
    }
    const bool same =
        by_id.contains(name) ? SameById(found->second, rows) : found->second.Equals(rows);
    if (!same) return base::StrCat("dataset ", name, " has wrong rows");
  }
  for (const auto& [name, rows] : actual) {
    if (!expected.contains(name)) return base::StrCat("dataset ", name, " should not be there");
  }
  return "";
}

}  // namespace

void StoreModel::Commit(Content next) {
  const uint64_t version = versions.rbegin()->first + 1;
  versions.emplace(version, std::move(next));
  Expire(retention);
}

void StoreModel::Expire(uint64_t count) {
  size_t left = versions.size();
  for (auto version = versions.begin(); version != versions.end();) {
    bool kept = left-- <= count;
    for (const auto& [name, tagged] : tags) kept |= tagged == version->first;
    version = kept ? std::next(version) : versions.erase(version);
  }
}

namespace {

absl::StatusOr<Content> ReadContent(const Snapshot& snapshot) {
  Content content;
  for (const std::string& name : snapshot.dataset_names()) {
    ASSIGN_OR_RETURN(const Dataset dataset, snapshot.GetDataset(name));
    ASSIGN_OR_RETURN(content[name], dataset.Materialize());
    if (dataset.rows() != static_cast<uint64_t>(content[name].rows())) {
      return absl::InternalError(base::StrCat("dataset ", name, " counts ", dataset.rows(),
                                              " rows and has ", content[name].rows()));
    }
  }
  return content;
}

}  // namespace

absl::StatusOr<StoreModel> ReadModel(const Store& store, bool newest_only) {
  StoreModel model;
  model.versions.clear();
  for (const VersionInfo& info : store.versions()) {
    if (newest_only) break;
    ASSIGN_OR_RETURN(const Snapshot snapshot, store.At(info.version));
    ASSIGN_OR_RETURN(model.versions[info.version], ReadContent(snapshot));
  }
  const Snapshot now = store.GetSnapshot();
  ASSIGN_OR_RETURN(model.seen, ReadContent(now));
  for (const std::string& name : now.dataset_names()) {
    ASSIGN_OR_RETURN(const Dataset dataset, now.GetDataset(name));
    if (!dataset.key().empty()) model.keyed.insert(name);
  }
  for (const TagInfo& tag : store.tags()) model.tags[tag.name] = tag.version;
  return model;
}

std::string DifferenceBetween(const StoreModel& expected, const StoreModel& actual) {
  if (expected.newest_only) {
    return DifferenceBetween(expected.newest(), actual.seen, actual.keyed);
  }
  for (const auto& [version, content] : expected.versions) {
    if (version == 0) continue;
    const auto found = actual.versions.find(version);
    if (found == actual.versions.end()) return base::StrCat("version ", version, " is missing");
    const std::string difference = DifferenceBetween(content, found->second, actual.keyed);
    if (!difference.empty()) return base::StrCat("version ", version, ": ", difference);
  }
  for (const auto& [version, content] : actual.versions) {
    if (!expected.versions.contains(version)) {
      return base::StrCat("version ", version, " should not be there");
    }
  }
  return expected.tags == actual.tags ? "" : "the tags differ";
}

}  // namespace ashlar::testkit
