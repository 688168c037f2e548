// The README's example, compiled and run; the README must show exactly these lines.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "ashlar/ashlar.h"
#include "gtest/gtest.h"

namespace {

// [readme]
absl::Status Example(std::string_view path) {
  using namespace ashlar;
  ASSIGN_OR_RETURN(Schema schema, Schema::Make({{"id", Int64()}, {"city", Utf8()}}));
  ASSIGN_OR_RETURN(std::unique_ptr<Store> store, Store::Open(path));
  RETURN_IF_ERROR(store->CreateDataset("orders", schema));

  const int64_t ids[] = {1, 2, 3};
  const std::string_view cities[] = {"Oslo", "Lima", "Oslo"};
  ASSIGN_OR_RETURN(RecordBatch batch,
                   RecordBatch::Make(schema, {Column::FromValues<int64_t>(Int64(), ids),
                                              Column::FromStrings(cities)}));
  ASSIGN_OR_RETURN(WriteTransaction transaction, store->BeginWrite());
  RETURN_IF_ERROR(transaction.Replace("orders", batch));  // writes only what is new
  ASSIGN_OR_RETURN(WriteStats stats, std::move(transaction).Commit());
  std::cout << stats.chunks_written << " chunks written\n";

  Snapshot snapshot = store->GetSnapshot();  // stable, whatever is committed meanwhile
  ASSIGN_OR_RETURN(Dataset orders, snapshot.GetDataset("orders"));
  Query counts = orders.Filter(Col("id") > 1).GroupBy({"city"}).Aggregate({Count().As("n")});
  ASSIGN_OR_RETURN(Table top, counts.OrderBy({Desc(Col("n"))}).Head(10).Collect());
  std::cout << top.rows() << " cities\n";  // or Stream(), Materialize(), ToArrowStream()
  return absl::OkStatus();
}
// [readme]

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Readme, ExampleRunsAsShown) {
  const auto path = std::filesystem::path(testing::TempDir()) / "ashlar_readme_example";
  std::filesystem::remove_all(path);
  const absl::Status ran = Example(path.string());
  EXPECT_TRUE(ran.ok()) << ran;
  std::filesystem::remove_all(path);

  const std::filesystem::path root = ASHLAR_SOURCE_DIR;
  const std::string source = ReadFile(root / "tests/store/readme_example_test.cc");
  const std::string marker = "// [readme]\n";
  const size_t begin = source.find(marker) + marker.size();
  const std::string example = source.substr(begin, source.find(marker, begin) - begin);
  ASSERT_GT(example.size(), 500u);
  EXPECT_NE(ReadFile(root / "README.md").find(example), std::string::npos);
}

}  // namespace
