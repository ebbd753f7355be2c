// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/data/arrow_export.hpp>

#include <array>
#include <cstring>

namespace childwell::inline v0_1 {

namespace {

struct Content {
  std::vector<ExportColumn> columns;
  std::int64_t rows = 0;
  std::string metadata;
};

struct Stream {
  std::shared_ptr<const Content> content;
  bool done = false;
};

std::string encode(const std::map<std::string, std::string>& metadata) {
  std::string bytes;
  const auto put = [&bytes](std::size_t number) {
    const auto value = static_cast<std::int32_t>(number);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  put(metadata.size());
  for (const auto& [key, value] : metadata) {
    put(key.size());
    bytes += key;
    put(value.size());
    bytes += value;
  }
  return bytes;
}

// ---- schemas ----

struct SchemaHold {
  std::shared_ptr<const Content> content;
  std::vector<ArrowSchema> schemas;
  std::vector<ArrowSchema*> pointers;
};

void release_part(ArrowSchema* schema) {
  if (schema->dictionary != nullptr && schema->dictionary->release != nullptr) schema->dictionary->release(schema->dictionary);
  schema->release = nullptr;
}

void release_schema(ArrowSchema* schema) {
  for (std::int64_t i = 0; i < schema->n_children; ++i) {
    if (schema->children[i]->release != nullptr) schema->children[i]->release(schema->children[i]);
  }
  delete static_cast<SchemaHold*>(schema->private_data);
  schema->release = nullptr;
}

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  const auto& content = static_cast<Stream*>(stream->private_data)->content;
  auto* hold = new SchemaHold{content, std::vector<ArrowSchema>(2 * content->columns.size()), {}};
  for (std::size_t i = 0; i < content->columns.size(); ++i) {
    const ExportColumn& column = content->columns[i];
    ArrowSchema& schema = hold->schemas[2 * i];
    schema = {column.format.c_str(), column.name.c_str(), nullptr, ARROW_FLAG_NULLABLE, 0, nullptr, nullptr, release_part, nullptr};
    if (column.text) {
      ArrowSchema& texts = hold->schemas[2 * i + 1];
      texts = {"u", "", nullptr, 0, 0, nullptr, nullptr, release_part, nullptr};
      schema.dictionary = &texts;
    }
    hold->pointers.push_back(&schema);
  }
  const char* metadata = content->metadata.empty() ? nullptr : content->metadata.data();
  *out = {"+s", "", metadata, 0, static_cast<std::int64_t>(hold->pointers.size()), hold->pointers.data(), nullptr, release_schema, hold};
  return 0;
}

// ---- arrays ----

struct ColumnHold {
  ArrowArray array{};
  ArrowArray texts{};
  std::array<const void*, 2> buffers{};
  std::array<const void*, 3> text_buffers{};
  std::vector<std::int32_t> offsets;
  std::string bytes;
};

struct BatchHold {
  std::shared_ptr<const Content> content;
  std::vector<ColumnHold> columns;
  std::vector<ArrowArray*> pointers;
  std::array<const void*, 1> buffers{};
};

/// One column may be moved out of its batch by the consumer, so each part holds the whole batch alive.
void release_array(ArrowArray* array) {
  if (array->dictionary != nullptr && array->dictionary->release != nullptr) array->dictionary->release(array->dictionary);
  for (std::int64_t i = 0; i < array->n_children; ++i) {
    if (array->children[i]->release != nullptr) array->children[i]->release(array->children[i]);
  }
  delete static_cast<std::shared_ptr<BatchHold>*>(array->private_data);
  array->release = nullptr;
}

void fill_texts(ColumnHold& hold, const ExportColumn& column, const std::shared_ptr<BatchHold>& batch) {
  hold.offsets.push_back(0);
  for (const std::string& text : column.texts) {
    hold.bytes += text;
    hold.offsets.push_back(static_cast<std::int32_t>(hold.bytes.size()));
  }
  hold.text_buffers = {nullptr, hold.offsets.data(), hold.bytes.data()};
  hold.texts = {static_cast<std::int64_t>(column.texts.size()), 0, 0, 3, 0, hold.text_buffers.data(), nullptr, nullptr,
                release_array, new std::shared_ptr<BatchHold>(batch)};
  hold.array.dictionary = &hold.texts;
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  auto* state = static_cast<Stream*>(stream->private_data);
  *out = ArrowArray{};
  if (state->done) return 0;
  state->done = true;
  const auto& content = state->content;
  auto batch = std::make_shared<BatchHold>();
  batch->content = content;
  batch->columns.resize(content->columns.size());
  for (std::size_t i = 0; i < content->columns.size(); ++i) {
    const ExportColumn& column = content->columns[i];
    ColumnHold& hold = batch->columns[i];
    hold.buffers = {column.validity, column.values};
    hold.array = {content->rows, column.validity == nullptr ? 0 : -1, 0, 2, 0, hold.buffers.data(), nullptr, nullptr,
                  release_array, new std::shared_ptr<BatchHold>(batch)};
    if (column.text) fill_texts(hold, column, batch);
    batch->pointers.push_back(&hold.array);
  }
  *out = {content->rows, 0, 0, 1, static_cast<std::int64_t>(batch->pointers.size()), batch->buffers.data(),
          batch->pointers.data(), nullptr, release_array, new std::shared_ptr<BatchHold>(batch)};
  return 0;
}

const char* last_error(ArrowArrayStream*) { return nullptr; }

void release_stream(ArrowArrayStream* stream) {
  delete static_cast<Stream*>(stream->private_data);
  stream->release = nullptr;
}

}  // namespace

ArrowOwner<ArrowArrayStream> export_stream(std::vector<ExportColumn> columns, std::int64_t rows,
                                           const std::map<std::string, std::string>& metadata) {
  auto content = std::make_shared<Content>();
  content->columns = std::move(columns);
  content->rows = rows;
  if (!metadata.empty()) content->metadata = encode(metadata);
  ArrowOwner<ArrowArrayStream> stream;
  *stream.get() = {get_schema, get_next, last_error, release_stream, new Stream{std::move(content), false}};
  return stream;
}

}  // namespace childwell::inline v0_1
