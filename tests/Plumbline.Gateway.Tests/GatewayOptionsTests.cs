using Plumbline.Configuration;
using Plumbline.Testing;

namespace Plumbline.Gateway.Tests;

public sealed class GatewayOptionsTests
{
    private static readonly GatewayOptions Good = new() { Upstream = new UpstreamOptions { Endpoint = "http://localhost:8000/v1" } };
    private static readonly ClientOptions Ada = new() { Name = "ada", KeyHash = ClientOptions.HashOf("key") };

    public static TheoryData<GatewayOptions, string> Bad { get; } =
        new()
        {
            { Good with { Address = "0.0.0.0" }, "clients" },
            { Good with { Address = "::" }, "clients" },
            { Good with { Address = "everywhere" }, "an IP address" },
            { Good with { Port = 70_000 }, "port" },
            { Good with { Hosts = ["a b"] }, "hosts" },
            { Good with { Clients = [Ada, Ada] }, "names of their own" },
            { Good with { Clients = [.. Enumerable.Range(0, 10_001).Select(i => Ada with { Name = $"c{i}" })] }, "at most 10000" },
            { Good with { Clients = [Ada with { Name = "Ada!" }] }, "name" },
            { Good with { Clients = [Ada with { KeyHash = "the-key-itself" }] }, "key_hash" },
            { Good with { Clients = [Ada with { RequestsPerMinute = 0 }] }, "requests_per_minute" },
            { Good with { Clients = [Ada with { MaxConcurrentRequests = 0 }] }, "max_concurrent_requests" },
            { Good with { Upstream = Good.Upstream with { Endpoint = "ftp://a" } }, "endpoint" },
            { Good with { Upstream = Good.Upstream with { Endpoint = "http://user:secret@a/v1" } }, "endpoint" },
            { Good with { Upstream = Good.Upstream with { IdleTimeoutSeconds = 0 } }, "idle_timeout_seconds" },
            { Good with { Upstream = Good.Upstream with { MaxEventBytes = 1 << 30 } }, "max_event_bytes" },
            { Good with { Upstream = Good.Upstream with { ForwardedHeaders = ["Authorization"] } }, "forwarded_headers" },
            { Good with { Upstream = Good.Upstream with { ForwardedHeaders = ["x y"] } }, "forwarded_headers" },
            { Good with { Limits = new LimitOptions { GraceSeconds = 1 } }, "grace_seconds" },
            { Good with { Limits = new LimitOptions { CheckTimeoutSeconds = double.NaN } }, "check_timeout_seconds" },
            { Good with { Checks = new CheckOptions { RefusedFields = ["messages"] } }, "refused_fields" },
            { Good with { Telemetry = new TelemetryOptions { OtlpEndpoint = "collector" } }, "otlp_endpoint" },
            { Good with { Situation = new() { Language = "German" } }, "language" },
        };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void Options_out_of_range_are_named(GatewayOptions options, string named)
    {
        using var source = new GuardSource(new WordGuard(), _ => throw new NotSupportedException(), TimeProvider.System);

        var failure = Assert.Throws<InvalidInputException>(() => GatewayHost.Create(options, source, TimeProvider.System));

        Assert.Contains(named, failure.Message);
        Assert.DoesNotContain("the-key-itself", failure.Message);
    }

    [Fact]
    public void The_options_of_the_documentation_can_be_read()
    {
        var text = File.ReadAllText(RepositoryFiles.Path("docs", "gateway.md"));
        using var scratch = new TemporaryFolder();
        var file = Path.Combine(scratch.Path, "gateway.yaml");
        File.WriteAllText(file, text.Split("```yaml")[1].Split("```")[0]);

        var options = OptionsFile.Read<GatewayOptions>(file);

        var client = options.Clients.Single();
        Assert.Equal(("web-shop", ClientOptions.HashOf("key")), (client.Name, client.KeyHash));
        // What the documentation shows are the defaults, except for what has none.
        var plain = new GatewayOptions { Upstream = new UpstreamOptions { Endpoint = options.Upstream.Endpoint } };
        Assert.Equal(plain.Limits, options.Limits);
        Assert.Equal(OptionsFile.Write(plain.Checks), OptionsFile.Write(options.Checks));
        Assert.Equal(OptionsFile.Write(plain.Upstream with { ApiKeyVariable = "UPSTREAM_KEY" }), OptionsFile.Write(options.Upstream));
    }

    [Fact]
    public async Task With_clients_it_may_listen_anywhere()
    {
        using var source = new GuardSource(new WordGuard(), _ => throw new NotSupportedException(), TimeProvider.System);
        await using var app = GatewayHost.Create(Good with { Address = "0.0.0.0", Port = 0, Clients = [Ada] }, source, TimeProvider.System);

        await app.StartAsync();

        Assert.Contains("http://0.0.0.0:", app.Urls.Single());
    }

    [Fact]
    public void A_key_that_is_not_in_the_environment_is_named()
    {
        using var source = new GuardSource(new WordGuard(), _ => throw new NotSupportedException(), TimeProvider.System);

        var failure = Assert.Throws<InvalidInputException>(() =>
            GatewayHost.Create(Good with { Upstream = Good.Upstream with { ApiKeyVariable = "NO_SUCH_KEY" } }, source, TimeProvider.System)
        );

        Assert.Contains("NO_SUCH_KEY", failure.Message);
    }
}
