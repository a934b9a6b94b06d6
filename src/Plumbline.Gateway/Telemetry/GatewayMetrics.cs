using System.Diagnostics;
using System.Diagnostics.Metrics;
using Plumbline.Findings;
using Plumbline.Moderation;
using Plumbline.Moderation.Calibration;

namespace Plumbline.Gateway.Telemetry;

/// <summary>What operators count. No text of a request or an answer is ever a tag.</summary>
internal sealed class GatewayMetrics
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    internal const string Name = "Plumbline.Gateway";

    /// <summary>Spans of checks and of requests to the model's server.</summary>
    internal static readonly ActivitySource Spans = new(Name);

    private readonly Counter<long> requests;
    private readonly Counter<long> decisions;
    private readonly Counter<long> failures;
    private readonly Histogram<double> checks;
    private readonly Histogram<double> upstream;
    private readonly Counter<long> reviews;
    private readonly UpDownCounter<long> heldBack;
    private readonly UpDownCounter<long> streams;
    private readonly TimeProvider time;

    public GatewayMetrics(IMeterFactory meters, IGuardSource guards, TimeProvider time)
    {
        this.time = time;
        var meter = meters.Create(Name);
        requests = meter.CreateCounter<long>(
            "plumbline.gateway.requests",
            "{request}",
            "Requests by endpoint, client, outcome and status."
        );
        decisions = meter.CreateCounter<long>(
            "plumbline.gateway.decisions",
            "{decision}",
            "Decisions by part, outcome and strictest clause."
        );
        failures = meter.CreateCounter<long>("plumbline.gateway.failures", "{failure}", "What went wrong, by kind.");
        reviews = meter.CreateCounter<long>("plumbline.gateway.reviews", "{request}", "What people were asked, by action and result.");
        checks = meter.CreateHistogram<double>("plumbline.gateway.check.duration", "s", "How long a check took.");
        upstream = meter.CreateHistogram<double>(
            "plumbline.gateway.upstream.duration",
            "s",
            "How long the model's server took to begin its answer."
        );
        heldBack = meter.CreateUpDownCounter<long>(
            "plumbline.gateway.held_back",
            "{character}",
            "Characters of streams that wait for their checks."
        );
        streams = meter.CreateUpDownCounter<long>("plumbline.gateway.streams", "{stream}", "Streams on their way.");
        meter.CreateObservableCounter(
            "plumbline.gateway.guard.reloads",
            () =>
                new[]
                {
                    new Measurement<long>(guards.Status.Reloads, new KeyValuePair<string, object?>("result", "replaced")),
                    new Measurement<long>(guards.Status.FailedReloads, new KeyValuePair<string, object?>("result", "failed")),
                },
            "{reload}",
            "Reloads of the guard by result."
        );
        meter.CreateObservableGauge(
            "plumbline.gateway.drift.alarm",
            () => OfDrift(guards, status => status.IsAlarmed ? 1 : 0),
            description: "1 where texts are no longer like those of calibration, by detector, hazard and language."
        );
        meter.CreateObservableGauge(
            "plumbline.gateway.drift.capital",
            () => OfDrift(guards, status => Math.Min(status.Capital, double.MaxValue)),
            description: "What the bet against an unchanged world has made of 1, by detector, hazard and language."
        );
    }

    internal long Now => time.GetTimestamp();

    internal void CountRequest(string endpoint, string client, GuardOutcome? outcome, int status) =>
        requests.Add(
            1,
            new TagList
            {
                { "endpoint", endpoint },
                { "client", client },
                { "outcome", outcome is { } known ? WireNames.Of(known) : "none" },
                { "status", status },
            }
        );

    internal void CountDecision(GuardDecision decision) =>
        decisions.Add(
            1,
            new TagList
            {
                { "part", WireNames.Of(decision.Part) },
                { "outcome", WireNames.Of(decision.Outcome) },
                { "clause", decision.Outcome == GuardOutcome.Allow || decision.Verdicts.Count == 0 ? "none" : decision.Verdicts[0].Clause },
            }
        );

    internal void CountReview(string action, string result) => reviews.Add(1, new TagList { { "action", action }, { "result", result } });

    internal void CountFailure(string kind) => failures.Add(1, new KeyValuePair<string, object?>("kind", kind));

    internal void RecordCheck(GuardedPart part, long begun) =>
        checks.Record(time.GetElapsedTime(begun).TotalSeconds, new KeyValuePair<string, object?>("part", WireNames.Of(part)));

    internal void RecordUpstream(string path, long begun, int status) =>
        upstream.Record(time.GetElapsedTime(begun).TotalSeconds, new TagList { { "path", path }, { "status", status } });

    internal void HoldBack(long characters)
    {
        if (characters != 0)
        {
            heldBack.Add(characters);
        }
    }

    internal void CountStreams(int change) => streams.Add(change);

    private static List<Measurement<double>> OfDrift(IGuardSource guards, Func<DriftStatus, double> value)
    {
        using var lease = guards.Lease();
        return
        [
            .. lease.Guard.Drift.Select(status => new Measurement<double>(
                value(status),
                new("detector", status.Detector),
                new("hazard", status.Hazard),
                new("language", status.Language)
            )),
        ];
    }
}
