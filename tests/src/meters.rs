//! A reader of OpenTelemetry's metrics and spans, as its SDK exports them. Used by the tests of telemetry.

use std::collections::BTreeMap;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, HistogramDataPoint, MetricData, ResourceMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use protocall::Telemetry;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

/// What an instrument has counted for one set of labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// `grpc.method=…`, sorted, by spaces.
    pub labels: String,
    /// How often.
    pub count: u64,
    /// All of it together; 0 for seconds, which nobody can foretell.
    pub sum: u64,
    /// The bounds of the buckets, for a histogram.
    pub bounds: Vec<f64>,
}

/// An instrument.
#[derive(Clone, Debug, PartialEq)]
pub struct Instrument {
    /// What it counts in.
    pub unit: String,
    /// By labels.
    pub points: Vec<Point>,
}

/// Takes metrics.
#[derive(Debug)]
pub struct Meters {
    exporter: InMemoryMetricExporter,
    provider: SdkMeterProvider,
}

impl Default for Meters {
    fn default() -> Self {
        let exporter = InMemoryMetricExporter::default();
        let provider = SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).build();
        Self { exporter, provider }
    }
}

impl Meters {
    /// Metrics to this, and nothing else.
    pub fn telemetry(&self) -> Telemetry {
        Telemetry::new().meter_provider(&self.provider).without_spans()
    }

    /// All instruments that have counted something, by their names.
    ///
    /// # Panics
    /// When the SDK fails.
    pub fn read(&self) -> BTreeMap<String, Instrument> {
        self.exporter.reset();
        self.provider.force_flush().expect("the reader works");
        let exported = self.exporter.get_finished_metrics().expect("the exporter works");
        let metrics = exported.iter().flat_map(ResourceMetrics::scope_metrics).flat_map(|scope| {
            assert_eq!(scope.scope().name(), "protocall");
            scope.metrics()
        });
        let instrument = |metric: &opentelemetry_sdk::metrics::data::Metric| {
            let mut points = points(metric.data());
            points.sort_by(|one, other| one.labels.cmp(&other.labels));
            (metric.name().to_owned(), Instrument { unit: metric.unit().to_owned(), points })
        };
        metrics.map(instrument).collect()
    }

    /// What an instrument has counted: labels, how often, how much.
    pub fn of(&self, name: &str) -> Vec<(String, u64, u64)> {
        let points = self.read().remove(name).map_or_else(Vec::new, |instrument| instrument.points);
        points.into_iter().map(|point| (point.labels, point.count, point.sum)).collect()
    }
}

fn labels<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> String {
    let mut labels: Vec<_> = attributes.map(|label| format!("{}={}", label.key, label.value)).collect();
    labels.sort();
    labels.join(" ")
}

fn of_histogram<T: Copy>(point: &HistogramDataPoint<T>, sum: u64) -> Point {
    Point { labels: labels(point.attributes()), count: point.count(), sum, bounds: point.bounds().collect() }
}

fn points(data: &AggregatedMetrics) -> Vec<Point> {
    match data {
        AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
            histogram.data_points().map(|point| of_histogram(point, 0)).collect()
        }
        AggregatedMetrics::U64(MetricData::Histogram(histogram)) => {
            histogram.data_points().map(|point| of_histogram(point, point.sum())).collect()
        }
        AggregatedMetrics::U64(MetricData::Sum(sum)) => {
            let point = |count, labels| Point { labels, count, sum: count, bounds: Vec::new() };
            sum.data_points().map(|found| point(found.value(), labels(found.attributes()))).collect()
        }
        other => panic!("A66 has no {other:?}"),
    }
}

/// Takes the spans of this thread.
#[derive(Debug)]
pub struct Spans {
    exporter: InMemorySpanExporter,
    provider: SdkTracerProvider,
    #[expect(dead_code, reason = "its drop is its use")]
    guard: DefaultGuard,
}

impl Default for Spans {
    fn default() -> Self {
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("tests"));
        // h2 has spans of its own, of the levels below.
        let registry = tracing_subscriber::registry().with(LevelFilter::INFO).with(layer);
        let guard = tracing::subscriber::set_default(registry);
        Self { exporter, provider, guard }
    }
}

impl Spans {
    /// Those that have ended, in the order in which they did.
    ///
    /// # Panics
    /// When the SDK fails.
    pub fn ended(&self) -> Vec<SpanData> {
        self.provider.force_flush().expect("the exporter works");
        self.exporter.get_finished_spans().expect("the exporter works")
    }
}
