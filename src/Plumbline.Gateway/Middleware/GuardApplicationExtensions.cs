using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Gateway.Middleware;
using Plumbline.Gateway.Telemetry;

namespace Plumbline.Gateway;

/// <summary>The guard in a web application of one's own.</summary>
public static class GuardApplicationExtensions
{
    /// <summary>Adds the guard.</summary>
    /// <param name="services">The application's services. A <see cref="TimeProvider"/> among them is used.</param>
    /// <param name="guards">The guard, which belongs to the caller.</param>
    /// <param name="limits">How much a checked body may take; null for the defaults.</param>
    /// <param name="situation">Where requests are made, as far as it is known; null for unknown.</param>
    /// <exception cref="InvalidInputException">A limit is out of its range.</exception>
    public static IServiceCollection AddGuard(
        this IServiceCollection services,
        IGuardSource guards,
        LimitOptions? limits = null,
        Situation? situation = null
    )
    {
        limits = OptionsValidation.ThrowIfInvalid(limits ?? new LimitOptions());
        situation = OptionsValidation.ThrowIfInvalid(situation ?? new Situation());
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(guards);
        services.TryAddSingleton<GatewayMetrics>();
        services.TryAddSingleton(provider => ActivatorUtilities.CreateInstance<GuardMiddleware>(provider, limits, situation));
        return services;
    }

    /// <summary>Checks the bodies of endpoints that ask for it (<see cref="WithGuard"/>). Behind routing, before the endpoints.</summary>
    public static IApplicationBuilder UseGuard(this IApplicationBuilder app)
    {
        var middleware = app.ApplicationServices.GetRequiredService<GuardMiddleware>();
        return app.Use(next => context => middleware.InvokeAsync(context, next));
    }

    /// <summary>Has an endpoint's bodies checked.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="fields">Which fields.</param>
    /// <exception cref="InvalidInputException">A path is not one.</exception>
    public static TBuilder WithGuard<TBuilder>(this TBuilder endpoint, GuardedFields fields)
        where TBuilder : IEndpointConventionBuilder
    {
        var metadata = new GuardedPaths([.. fields.Request.Select(JsonPath.Parse)], [.. fields.Response.Select(JsonPath.Parse)]);
        return endpoint.WithMetadata(metadata);
    }
}
