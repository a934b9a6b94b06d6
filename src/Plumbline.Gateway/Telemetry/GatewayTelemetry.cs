using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Plumbline.Gateway.Telemetry;

/// <summary>Traces and metrics in the forms that operators collect.</summary>
internal static class GatewayTelemetry
{
    private static readonly double[] Seconds = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];

    internal static void Add(IServiceCollection services, TelemetryOptions options)
    {
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("plumbline-gateway"));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(GatewayMetrics.Name).AddPrometheusExporter();
            if (options.OtlpEndpoint is { } endpoint)
            {
                metrics.AddOtlpExporter(otlp => Send(otlp, endpoint, "metrics"));
            }
        });
        services.ConfigureOpenTelemetryMeterProvider(
            (provider, metrics) => AddViews(metrics, provider.GetRequiredService<IMeterFactory>())
        );
        if (options.OtlpEndpoint is { } collector)
        {
            telemetry.WithTracing(traces =>
                traces
                    .AddSource(GatewayMetrics.Name)
                    .AddAspNetCoreInstrumentation()
                    .AddOtlpExporter(otlp => Send(otlp, collector, "traces"))
            );
        }
    }

    // Meters are found by name in the whole process: those of another gateway in it are not this one's.
    private static void AddViews(MeterProviderBuilder metrics, IMeterFactory own) =>
        metrics.AddView(instrument =>
            !ReferenceEquals(instrument.Meter.Scope, own) ? MetricStreamConfiguration.Drop
            : instrument.Unit == "s" ? new ExplicitBucketHistogramConfiguration { Boundaries = Seconds }
            : null
        );

    private static void Send(OtlpExporterOptions otlp, string endpoint, string signal)
    {
        otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
        otlp.Endpoint = new Uri($"{endpoint.TrimEnd('/')}/v1/{signal}");
    }
}
