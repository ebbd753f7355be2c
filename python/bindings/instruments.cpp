// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/instruments/change.hpp>
#include <childwell/instruments/instrument.hpp>
#include <childwell/instruments/reliability.hpp>
#include <childwell/instruments/score.hpp>

#include <stats/convert.hpp>

#include <cmath>

namespace instruments = childwell::instruments;

namespace {

template <class T>
T get(const py::dict& given, const char* key) {
  return given[key].cast<T>();
}

instruments::Scale scale_from(const py::dict& given) {
  instruments::Scale made;
  made.name = get<std::string>(given, "name");
  made.kind =
      enumerator<instruments::ScaleKind>(get<std::string>(given, "kind"), instruments::scale_kind_words, "kind");
  made.items = get<std::vector<std::int64_t>>(given, "items");
  made.scales = get<std::vector<std::string>>(given, "scales");
  made.factor = get<double>(given, "factor");
  made.answered = get<std::int64_t>(given, "answered");
  made.rounding =
      enumerator<instruments::Rounding>(get<std::string>(given, "rounding"), instruments::rounding_words, "rounding");
  made.step = get<double>(given, "step");
  made.high_is_good = get<bool>(given, "high_is_good");
  made.unverified = get<bool>(given, "unverified");
  made.source = get<std::string>(given, "source");
  return made;
}

instruments::Norm norm_from(const py::dict& given) {
  instruments::Norm made;
  made.name = get<std::string>(given, "name");
  made.country = get<std::string>(given, "country");
  made.informants = get<std::vector<std::string>>(given, "informants");
  made.age_from = get<double>(given, "age_from");
  made.age_to = get<double>(given, "age_to");
  made.limit_in_upper = get<bool>(given, "limit_in_upper");
  made.source = get<std::string>(given, "source");
  for (const auto& one : given["tables"].cast<py::list>()) {
    const auto table = one.cast<py::dict>();
    instruments::BandTable bands;
    bands.scale = get<std::string>(table, "scale");
    for (const auto& [from, to, word] : get<std::vector<std::tuple<double, double, std::string>>>(table, "bands")) {
      bands.bands.push_back({from, to, word});
    }
    made.tables.push_back(std::move(bands));
  }
  return made;
}

instruments::Instrument instrument_from(const py::dict& given) {
  instruments::Instrument made;
  made.name = get<std::string>(given, "name");
  made.name_en = get<std::string>(given, "name_en");
  made.name_zh = get<std::string>(given, "name_zh");
  made.licence = get<std::string>(given, "licence");
  made.items = get<std::int64_t>(given, "items");
  made.minimum = get<double>(given, "minimum");
  made.maximum = get<double>(given, "maximum");
  made.whole = get<bool>(given, "whole");
  made.reversed = get<std::vector<std::int64_t>>(given, "reversed");
  made.recode = get<std::vector<double>>(given, "recode");
  for (const auto& [name, from, to] : get<std::vector<std::tuple<std::string, double, double>>>(given, "informants")) {
    made.informants.push_back({name, from, to});
  }
  made.grade_from = get<std::int64_t>(given, "grade_from");
  made.grade_to = get<std::int64_t>(given, "grade_to");
  made.translations = get<std::vector<std::string>>(given, "translations");
  made.recall_days = get<std::vector<std::int64_t>>(given, "recall_days");
  for (const auto& [item, from] : get<std::vector<std::pair<std::int64_t, double>>>(given, "safety")) {
    made.safety.push_back({item, from});
  }
  made.validity = get<std::string>(given, "validity");
  made.void_from = get<double>(given, "void_from");
  for (const auto& one : given["scales"].cast<py::list>()) made.scales.push_back(scale_from(one.cast<py::dict>()));
  made.partition = get<std::vector<std::string>>(given, "partition");
  made.unused = get<std::vector<std::int64_t>>(given, "unused");
  for (const auto& one : given["norms"].cast<py::list>()) made.norms.push_back(norm_from(one.cast<py::dict>()));
  for (const auto& [part, text] : get<std::vector<std::pair<std::string, std::string>>>(given, "sources")) {
    made.sources.push_back({part, text});
  }
  made.unverified = get<std::vector<std::string>>(given, "unverified");
  made.conflicts = get<std::vector<std::string>>(given, "conflicts");
  return made;
}

py::object ages_of(double from, double to) {
  if (std::isnan(from)) return py::none();
  return py::make_tuple(from, to);
}

template <class Enum, std::size_t count>
std::string word_of(Enum value, const std::array<std::string_view, count>& words) {
  return std::string(words[static_cast<std::size_t>(value)]);
}

py::dict dict_of(const instruments::Scale& scale) {
  using py::literals::operator""_a;
  return py::dict("name"_a = scale.name, "kind"_a = word_of(scale.kind, instruments::scale_kind_words),
                  "items"_a = scale.items, "scales"_a = scale.scales, "factor"_a = scale.factor,
                  "answered"_a = scale.answered,
                  "rounding"_a = word_of(scale.rounding, instruments::rounding_words), "step"_a = scale.step,
                  "high_is_good"_a = scale.high_is_good, "unverified"_a = scale.unverified,
                  "minimum"_a = scale.minimum, "maximum"_a = scale.maximum, "source"_a = scale.source);
}

py::dict dict_of(const instruments::Norm& norm) {
  using py::literals::operator""_a;
  py::dict bands;
  for (const instruments::BandTable& table : norm.tables) {
    py::list made;
    for (const instruments::Band& band : table.bands) made.append(py::make_tuple(band.from, band.to, band.word));
    bands[table.scale.c_str()] = made;
  }
  return py::dict("name"_a = norm.name, "country"_a = norm.country, "informants"_a = norm.informants,
                  "ages"_a = ages_of(norm.age_from, norm.age_to),
                  "limits"_a = norm.limit_in_upper ? "upper" : "lower", "bands"_a = bands, "source"_a = norm.source);
}

template <class T>
py::list dicts_of(const std::vector<T>& values) {
  py::list made;
  for (const T& value : values) made.append(dict_of(value));
  return made;
}

void define_instrument_class(py::module_& module) {
  using instruments::Instrument;
  ResultClass<Instrument>(module, "Instrument")
      .field("name", &Instrument::name)
      .field("name_en", &Instrument::name_en)
      .field("name_zh", &Instrument::name_zh)
      .field("licence", &Instrument::licence)
      .field("items", &Instrument::items)
      .field("minimum", &Instrument::minimum)
      .field("maximum", &Instrument::maximum)
      .field("whole", &Instrument::whole)
      .property("reversed", [](const Instrument& made) { return py::cast(made.reversed); })
      .property("recode", [](const Instrument& made) { return py::cast(made.recode); })
      .property("informants",
                [](const Instrument& made) {
                  py::dict ages;
                  for (const auto& one : made.informants) ages[one.name.c_str()] = ages_of(one.age_from, one.age_to);
                  return ages;
                })
      .property("grades",
                [](const Instrument& made) -> py::object {
                  if (made.grade_from == 0) return py::none();
                  return py::make_tuple(made.grade_from, made.grade_to);
                })
      .field("translations", &Instrument::translations)
      .property("recall_days", [](const Instrument& made) { return py::cast(made.recall_days); })
      .property("safety",
                [](const Instrument& made) {
                  py::list safety;
                  for (const auto& one : made.safety) safety.append(py::make_tuple(one.item, one.from));
                  return safety;
                })
      .field("validity", &Instrument::validity)
      .field("void_from", &Instrument::void_from)
      .property("scales", [](const Instrument& made) { return dicts_of(made.scales); })
      .field("partition", &Instrument::partition)
      .property("unused", [](const Instrument& made) { return py::cast(made.unused); })
      .property("norms", [](const Instrument& made) { return dicts_of(made.norms); })
      .property("sources",
                [](const Instrument& made) {
                  py::dict sources;
                  for (const auto& one : made.sources) sources[one.part.c_str()] = one.text;
                  return sources;
                })
      .field("unverified", &Instrument::unverified)
      .field("conflicts", &Instrument::conflicts);
}

// A member with one entry a form and scale, as an array of that shape.
template <class T>
auto codes_of(std::vector<T> instruments::Scores::*member) {
  return [member](const instruments::Scores& scores) {
    const auto& shape = scores.values;
    ArrayOf<std::int64_t> made({static_cast<py::ssize_t>(shape.rows), static_cast<py::ssize_t>(shape.columns)});
    std::transform((scores.*member).begin(), (scores.*member).end(), made.mutable_data(),
                   [](const T& value) { return static_cast<std::int64_t>(value); });
    return made;
  };
}

void define_score_classes(py::module_& module) {
  using instruments::Scores;
  ResultClass<Scores>(module, "CoreScores")
      .field("instrument", &Scores::instrument)
      .field("norms", &Scores::norms)
      .field("scales", &Scores::scales)
      .field("values", &Scores::values)
      .property("statuses", codes_of(&Scores::statuses))
      .property("answered", codes_of(&Scores::answered))
      .property("bands", codes_of(&Scores::bands))
      .field("words", &Scores::words)
      .field("unchecked", &Scores::unchecked)
      .field("count", &Scores::count)
      .field("complete", &Scores::complete)
      .field("outside_norms", &Scores::outside_norms);
  ResultClass<instruments::SafetyAnswers>(module, "SafetyAnswers")
      .field("instrument", &instruments::SafetyAnswers::instrument)
      .field("items", &instruments::SafetyAnswers::items)
      .field("forms", &instruments::SafetyAnswers::forms)
      .field("count", &instruments::SafetyAnswers::count)
      .field("asked", &instruments::SafetyAnswers::asked)
      .field("unanswered", &instruments::SafetyAnswers::unanswered);
  module.def("form_status_words", [] {
    return std::vector<std::string>(instruments::form_status_words.begin(), instruments::form_status_words.end());
  });
}

void define_measurement_classes(py::module_& module) {
  using instruments::CronbachAlpha;
  ResultClass<CronbachAlpha>(module, "CronbachAlpha")
      .field("alpha", &CronbachAlpha::alpha)
      .field("lower", &CronbachAlpha::lower)
      .field("upper", &CronbachAlpha::upper)
      .field("level", &CronbachAlpha::level)
      .field("standardised", &CronbachAlpha::standardised)
      .field("lambda6", &CronbachAlpha::lambda6)
      .field("mean_correlation", &CronbachAlpha::mean_correlation)
      .field("standard_error_of_measurement", &CronbachAlpha::standard_error_of_measurement)
      .field("total_mean", &CronbachAlpha::total_mean)
      .field("total_standard_deviation", &CronbachAlpha::total_standard_deviation)
      .field("item_means", &CronbachAlpha::item_means)
      .field("item_standard_deviations", &CronbachAlpha::item_standard_deviations)
      .field("item_rest_correlations", &CronbachAlpha::item_rest_correlations)
      .field("alpha_if_dropped", &CronbachAlpha::alpha_if_dropped)
      .field("negative", &CronbachAlpha::negative)
      .field("items", &CronbachAlpha::items)
      .field("count", &CronbachAlpha::count)
      .field("missing", &CronbachAlpha::missing)
      .field("status", &CronbachAlpha::status);
  using instruments::ReliableChange;
  ResultClass<ReliableChange>(module, "ReliableChange")
      .field("change", &ReliableChange::change)
      .field("index", &ReliableChange::index)
      .field("direction", &ReliableChange::direction)
      .field("standard_error_of_measurement", &ReliableChange::standard_error_of_measurement)
      .field("standard_error_of_difference", &ReliableChange::standard_error_of_difference)
      .field("threshold", &ReliableChange::threshold)
      .field("level", &ReliableChange::level)
      .field("better", &ReliableChange::better)
      .field("worse", &ReliableChange::worse)
      .field("neither", &ReliableChange::neither)
      .field("count", &ReliableChange::count)
      .field("missing", &ReliableChange::missing)
      .field("status", &ReliableChange::status);
  ResultClass<instruments::ClinicalCutoffs>(module, "ClinicalCutoffs")
      .field("a", &instruments::ClinicalCutoffs::a)
      .field("b", &instruments::ClinicalCutoffs::b)
      .field("c", &instruments::ClinicalCutoffs::c)
      .field("status", &instruments::ClinicalCutoffs::status);
  using instruments::ClinicalChange;
  ResultClass<ClinicalChange>(module, "ClinicalChange")
      .property("outcomes",
                [](const ClinicalChange& made) {
                  py::list words;
                  for (const auto outcome : made.outcomes) {
                    words.append(std::string(instruments::clinical_outcome_words[static_cast<std::size_t>(outcome)]));
                  }
                  return py::module_::import("numpy").attr("array")(words, py::arg("dtype") = "object");
                })
      .field("reliable", &ClinicalChange::reliable)
      .field("cutoff", &ClinicalChange::cutoff)
      .field("recovered", &ClinicalChange::recovered)
      .field("improved", &ClinicalChange::improved)
      .field("unchanged", &ClinicalChange::unchanged)
      .field("deteriorated", &ClinicalChange::deteriorated)
      .field("not_clinical_at_start", &ClinicalChange::not_clinical_at_start)
      .field("count", &ClinicalChange::count)
      .field("missing", &ClinicalChange::missing)
      .field("status", &ClinicalChange::status);
}

}  // namespace

void define_instruments(py::module_& floors) {
  py::module_ module = floors.def_submodule("instruments", "Questionnaires: keys, scoring, reliability, change.");
  define_instrument_class(module);
  define_score_classes(module);
  define_measurement_classes(module);
  module.def("instrument_names", &instruments::instrument_names);
  module.def(
      "find_instrument", [](const std::string& name) { return instruments::find_instrument(name); }, py::arg("name"));
  module.def(
      "define_instrument",
      [](const py::dict& fields) { return instruments::define_instrument(instrument_from(fields)); },
      py::arg("fields"));
  module.def(
      "score_forms",
      [](const instruments::Instrument& instrument, const py::array_t<double, py::array::forcecast>& items,
         const std::string& informant, const std::string& translation, std::int64_t recall_days, const Array& ages,
         const Array& grades, const std::string& norms) {
        const auto view = view_of(items);
        const instruments::FormContext context{informant,     translation,     recall_days,
                                               span_of(ages), span_of(grades), norms};
        const py::gil_scoped_release released;
        return instruments::score_forms(instrument, view, context);
      },
      py::arg("instrument"), py::arg("items"), py::kw_only(), py::arg("informant"), py::arg("translation"),
      py::arg("recall_days"), py::arg("ages"), py::arg("grades"), py::arg("norms"));
  module.def(
      "safety_answers",
      [](const instruments::Instrument& instrument, const py::array_t<double, py::array::forcecast>& items) {
        return instruments::safety_answers(instrument, view_of(items));
      },
      py::arg("instrument"), py::arg("items"));
  module.def(
      "cronbach_alpha",
      [](const py::array_t<double, py::array::forcecast>& items, double level) {
        const auto view = view_of(items);
        const py::gil_scoped_release released;
        return instruments::cronbach_alpha(view, level);
      },
      py::arg("items"), py::kw_only(), py::arg("level"));
  module.def(
      "reliable_change",
      [](const Array& before, const Array& after, double reliability, double standard_deviation, double level,
         bool high_is_good) {
        return instruments::reliable_change(span_of(before), span_of(after),
                                            {reliability, standard_deviation, level, high_is_good});
      },
      py::arg("before"), py::arg("after"), py::kw_only(), py::arg("reliability"), py::arg("standard_deviation"),
      py::arg("level"), py::arg("high_is_good"));
  module.def(
      "clinical_cutoffs",
      [](double clinical_mean, double clinical_standard_deviation, double normal_mean,
         double normal_standard_deviation) {
        return instruments::clinical_cutoffs(
            {clinical_mean, clinical_standard_deviation, normal_mean, normal_standard_deviation});
      },
      py::kw_only(), py::arg("clinical_mean"), py::arg("clinical_standard_deviation"), py::arg("normal_mean"),
      py::arg("normal_standard_deviation"));
  module.def(
      "clinical_change",
      [](const Array& before, const Array& after, double cutoff, double reliability, double standard_deviation,
         double level, bool high_is_good) {
        return instruments::clinical_change(span_of(before), span_of(after), cutoff,
                                            {reliability, standard_deviation, level, high_is_good});
      },
      py::arg("before"), py::arg("after"), py::kw_only(), py::arg("cutoff"), py::arg("reliability"),
      py::arg("standard_deviation"), py::arg("level"), py::arg("high_is_good"));
}
