using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Plumbline.Configuration;
using Plumbline.Gateway.Endpoints;
using Plumbline.Gateway.Hosting;
using Plumbline.Gateway.Reviews;
using Plumbline.Gateway.Telemetry;
using Plumbline.Gateway.Upstream;

namespace Plumbline.Gateway;

/// <summary>The gateway: a guard in front of a model that speaks OpenAI's protocol.</summary>
public static class GatewayHost
{
    /// <summary>Makes the web application, which listens once it is started. Nothing but the options decides what it does: no file and no environment variable beside the one for the key.</summary>
    /// <param name="options">How it listens, whom it lets in, where it connects.</param>
    /// <param name="guards">The guard, which belongs to the caller.</param>
    /// <param name="time">The clock.</param>
    /// <param name="reviews">Where people look at decisions, which belongs to the caller; null for nowhere: nothing is handed over, and nothing can be appealed.</param>
    /// <param name="logging">Where failures are written; null for nowhere. No text of a request or an answer is ever written.</param>
    /// <returns>The application, for the caller to start and to dispose of.</returns>
    /// <exception cref="InvalidInputException">An option is out of its range, or the environment variable of the upstream's key is not set.</exception>
    public static WebApplication Create(
        GatewayOptions options,
        IGuardSource guards,
        TimeProvider time,
        IReviewDesk? reviews = null,
        Action<ILoggingBuilder>? logging = null
    )
    {
        OptionsValidation.ThrowIfInvalid(options);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        logging?.Invoke(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        builder.Services.AddRoutingCore();
        builder.Services.AddMetrics();
        builder
            .Services.AddSingleton(options)
            .AddSingleton(guards)
            .AddSingleton(time)
            .AddSingleton<GatewayMetrics>()
            .AddSingleton<UpstreamClient>()
            .AddSingleton<GatewayServices>()
            .AddSingleton<ClientGate>()
            .AddSingleton<RequestRules>()
            .AddSingleton<ErrorBoundary>()
            .AddSingleton<AnswerEndpoint>()
            .AddSingleton<ImagesEndpoint>()
            .AddSingleton<ModerationsEndpoint>()
            .AddSingleton<CheckEndpoint>()
            .AddSingleton<ModelsEndpoint>()
            .AddSingleton<HealthEndpoints>();
        if (reviews is not null)
        {
            builder
                .Services.AddSingleton(reviews)
                .AddSingleton(options.Reviews)
                .AddSingleton<RecentDecisions>()
                .AddSingleton<ReviewHandover>()
                .AddSingleton<DecisionKeeper>()
                .AddSingleton<AppealsEndpoint>();
        }

        GatewayTelemetry.Add(builder.Services, options.Telemetry);
        var app = builder.Build();
        // A key that is not set is told now, not by the first request.
        _ = app.Services.GetRequiredService<UpstreamClient>();
        Map(app);
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel, GatewayOptions options)
    {
        var limits = options.Limits;
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxRequestBodySize = limits.MaxBodyBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.MaxHeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = limits.MaxHeaders;
        kestrel.Limits.MaxRequestLineSize = Math.Min(4096, limits.MaxHeaderBytes);
        kestrel.Limits.MaxConcurrentConnections = limits.MaxConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(limits.HeadersTimeoutSeconds);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(limits.KeepAliveSeconds);
        var rate = new MinDataRate(limits.MinBytesPerSecond, TimeSpan.FromSeconds(limits.GraceSeconds));
        kestrel.Limits.MinRequestBodyDataRate = rate;
        kestrel.Limits.MinResponseDataRate = rate;
        kestrel.Limits.MaxResponseBufferSize = 64 << 10;
        kestrel.Listen(IPAddress.Parse(options.Address), options.Port, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static void Map(WebApplication app)
    {
        var boundary = app.Services.GetRequiredService<ErrorBoundary>();
        var rules = app.Services.GetRequiredService<RequestRules>();
        var gate = app.Services.GetRequiredService<ClientGate>();
        var options = app.Services.GetRequiredService<GatewayOptions>();
        app.UseRouting();
        app.Use(next => context => boundary.InvokeAsync(context, next));
        app.Use(next => context => rules.InvokeAsync(context, next));
        app.Use(next => context => EnterAsync(context, next, gate, options.Telemetry.IsOpen));
        app.UseEndpoints(_ => { });
        var answers = app.Services.GetRequiredService<AnswerEndpoint>();
        var health = app.Services.GetRequiredService<HealthEndpoints>();
        Post("/v1/chat/completions", answers.ChatAsync);
        Post("/v1/completions", answers.CompleteAsync);
        Post("/v1/images/generations", app.Services.GetRequiredService<ImagesEndpoint>().GenerateAsync);
        Post("/v1/moderations", app.Services.GetRequiredService<ModerationsEndpoint>().ModerateAsync);
        Post("/v1/guard/check", app.Services.GetRequiredService<CheckEndpoint>().CheckAsync);
        if (app.Services.GetService<AppealsEndpoint>() is { } appeals)
        {
            Post("/v1/guard/appeals", appeals.AppealAsync);
            app.MapMethods("/v1/guard/appeals/{decision}", ["GET"], appeals.FindAsync).WithMetadata(Access.Clients);
        }

        app.MapMethods("/v1/models", ["GET"], app.Services.GetRequiredService<ModelsEndpoint>().ListAsync).WithMetadata(Access.Clients);
        app.MapMethods("/healthz", ["GET"], (RequestDelegate)HealthEndpoints.LiveAsync);
        app.MapMethods("/readyz", ["GET"], (RequestDelegate)health.ReadyAsync);
        app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(Access.Operators);

        void Post(string path, RequestDelegate handle) => app.MapMethods(path, ["POST"], handle).WithMetadata(Access.Clients);
    }

    private static async Task EnterAsync(HttpContext context, RequestDelegate next, ClientGate gate, bool isOpen)
    {
        var access = context.GetEndpoint()?.Metadata.GetMetadata<Access>();
        if (access is null || (access == Access.Operators && isOpen))
        {
            await next(context);
            return;
        }

        using var pass = gate.Enter(context.Request);
        context.Items["client"] = pass.Client;
        await next(context);
    }
}
