using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Plumbline.Configuration;
using Plumbline.Feedback;
using Plumbline.Studio.Access;
using Plumbline.Studio.Administration;
using Plumbline.Studio.Api;
using Plumbline.Studio.Hosting;
using Plumbline.Studio.Options;
using Plumbline.Studio.Ranking;

namespace Plumbline.Studio;

/// <summary>The web application on which people rank answers and review decisions.</summary>
public static class StudioHost
{
    /// <summary>Makes the application, which listens once it is started.</summary>
    /// <param name="options">How it listens and whom it lets in.</param>
    /// <param name="stores">Where judgements lie; they belong to the caller.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logging">Where failures are written; null for nowhere. No text that anybody wrote is.</param>
    /// <returns>The application, for the caller to start and to dispose of.</returns>
    /// <exception cref="InvalidInputException">An option is out of its range, or the certificate cannot be read.</exception>
    public static WebApplication Create(
        StudioOptions options,
        FeedbackStores stores,
        TimeProvider time,
        Action<ILoggingBuilder>? logging = null
    )
    {
        OptionsValidation.ThrowIfInvalid(options);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        logging?.Invoke(builder.Logging);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Listen(kestrel, options));
        AddServices(builder.Services, options, stores, time);
        var app = builder.Build();
        Map(app, options);
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, StudioOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.Limits.MaxBodyBytes;
        kestrel.Limits.MaxRequestLineSize = 4096;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
        kestrel.Listen(
            IPAddress.Parse(options.Address),
            options.Port,
            listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                if (options.Certificate is { } certificate)
                {
                    listen.UseHttps(Read(certificate, options.CertificateKey!));
                }
            }
        );
    }

    private static X509Certificate2 Read(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new InvalidInputException(
                $"The certificate cannot be read: {failure.Message}",
                "Give PEM files: certificate, and its private key without a password as certificate_key.",
                new InputPosition(certificate),
                failure
            );
        }
    }

    private static void AddServices(IServiceCollection services, StudioOptions options, FeedbackStores stores, TimeProvider time)
    {
        services.AddRoutingCore();
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddMetrics();
        services.AddSingleton(options).AddSingleton(stores).AddSingleton(stores.Accounts).AddSingleton(time);
        services
            .AddSingleton<PageFactory>()
            .AddSingleton<StudioErrors>()
            .AddSingleton<SignedIn>()
            .AddSingleton<ProgressCounts>()
            .AddSingleton<AccessEndpoints>()
            .AddSingleton<AccountEndpoints>()
            .AddSingleton<RankingEndpoints>()
            .AddSingleton<ProjectEndpoints>()
            .AddSingleton<ApiEndpoints>();
        services.Configure<FormOptions>(form =>
        {
            form.ValueCountLimit = 4096;
            form.MultipartBodyLengthLimit = options.Limits.MaxBodyBytes;
        });
        services.AddOpenApi(description =>
            description.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true
        );
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        });
        AddAccess(services, options, stores);
        services.AddRateLimiter(limits => Limit(limits, options.Limits));
    }

    private static void AddAccess(IServiceCollection services, StudioOptions options, FeedbackStores stores)
    {
        services.AddDataProtection().SetApplicationName("Plumbline Studio");
        services.Configure<KeyManagementOptions>(keys => keys.XmlRepository = new StoredKeys(stores.Accounts));
        services.AddAntiforgery(forms =>
        {
            forms.FormFieldName = Pages.FormToken.Field;
            forms.HeaderName = "X-Form-Token";
            forms.Cookie.Name = "studio.form";
            forms.Cookie.SameSite = SameSiteMode.Strict;
            forms.Cookie.SecurePolicy = Secure(options);
            forms.SuppressXFrameOptionsHeader = true;
        });
        services
            .AddIdentityCore<StudioUser>(identity =>
            {
                // Length counts, and nothing else does (NIST SP 800-63B, 5.1.1).
                identity.Password = new PasswordOptions
                {
                    RequiredLength = 12,
                    RequiredUniqueChars = 4,
                    RequireDigit = false,
                    RequireLowercase = false,
                    RequireUppercase = false,
                    RequireNonAlphanumeric = false,
                };
                identity.Lockout = new LockoutOptions { MaxFailedAccessAttempts = 10, DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5) };
                identity.User.AllowedUserNameCharacters = string.Empty;
            })
            .AddUserStore<StudioUserStore>()
            .AddSignInManager();
        services
            .AddAuthentication(IdentityConstants.ApplicationScheme)
            .AddCookie(
                IdentityConstants.ApplicationScheme,
                cookie =>
                {
                    cookie.Cookie.Name = "studio.session";
                    cookie.Cookie.HttpOnly = true;
                    cookie.Cookie.SameSite = SameSiteMode.Lax;
                    cookie.Cookie.SecurePolicy = Secure(options);
                    cookie.ExpireTimeSpan = TimeSpan.FromDays(7);
                    cookie.SlidingExpiration = true;
                    cookie.LoginPath = "/signin";
                }
            );
    }

    private static CookieSecurePolicy Secure(StudioOptions options) =>
        options.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;

    private static void Limit(RateLimiterOptions limiter, StudioLimits limits)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = static async (rejected, _) =>
        {
            var http = rejected.HttpContext;
            http.Response.Headers.RetryAfter = "60";
            await http
                .RequestServices.GetRequiredService<PageFactory>()
                .Notice(http, "notice.busy", StatusCodes.Status429TooManyRequests)
                .ExecuteAsync(http);
        };
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
            RateLimitPartition.GetTokenBucketLimiter(
                http.Features.Get<Person>()?.Id ?? $"address {http.Connection.RemoteIpAddress}",
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = limits.RequestsPerMinute,
                    TokensPerPeriod = Math.Max(1, limits.RequestsPerMinute / 6),
                    ReplenishmentPeriod = TimeSpan.FromSeconds(10),
                }
            )
        );
        limiter.AddPolicy(
            StudioRoutes.Attempts,
            http =>
                RateLimitPartition.GetFixedWindowLimiter(
                    http.Connection.RemoteIpAddress?.ToString() ?? string.Empty,
                    _ => new FixedWindowRateLimiterOptions { PermitLimit = limits.AttemptsPerMinute, Window = TimeSpan.FromMinutes(1) }
                )
        );
    }

    private static void Map(WebApplication app, StudioOptions options)
    {
        if (options.PublicUrl is not null)
        {
            app.UseForwardedHeaders(Forwarded());
        }

        var errors = app.Services.GetRequiredService<StudioErrors>();
        var signedIn = app.Services.GetRequiredService<SignedIn>();
        var hosts = new AllowedHosts(options);
        app.Use(
            async (http, next) =>
            {
                StudioHeaders.Add(http);
                await hosts.InvokeAsync(http, next);
            }
        );
        app.UseRouting();
        app.UseAuthentication();
        app.Use(next => http => errors.InvokeAsync(http, next));
        app.Use(next => http => signedIn.InvokeAsync(http, next));
        app.UseRateLimiter();
        app.Services.GetRequiredService<AccessEndpoints>().Map(app);
        app.Services.GetRequiredService<AccountEndpoints>().Map(app);
        app.Services.GetRequiredService<RankingEndpoints>().Map(app);
        app.Services.GetRequiredService<ProjectEndpoints>().Map(app);
        app.Services.GetRequiredService<ApiEndpoints>().Map(app);
        app.MapOpenApi();
        foreach (var asset in StudioAsset.All)
        {
            app.MapGet(
                asset.Path,
                (HttpContext http) =>
                {
                    http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                    return Results.Bytes(asset.Content, asset.Media);
                }
            );
        }
    }

    /// <summary>Believes whoever is connected what it says of the client: with a proxy in front, nobody else may reach the address.</summary>
    private static ForwardedHeadersOptions Forwarded()
    {
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
        };
        forwarded.KnownIPNetworks.Clear();
        forwarded.KnownProxies.Clear();
        return forwarded;
    }
}
