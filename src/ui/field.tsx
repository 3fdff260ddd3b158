import type { Child, FC, JSX, PropsWithChildren } from 'hono/jsx'

type InputProps = Omit<JSX.IntrinsicElements['input'], 'id' | 'name' | 'value'>

type Props = PropsWithChildren<
  InputProps & {
    name: string
    label: string
    /** unique on the page; by default the name */
    id?: string
    value?: string | undefined
    hint?: string | undefined
    error?: string | undefined
    /** beside the label */
    aside?: Child
    /** children stand behind the input, as its unit or the domain of an address */
  }
>

/** An input with its label, hint and error; a reader hears the last two with the input. */
export const Field: FC<Props> = ({ name, label, id = name, value, hint, error, aside, children, ...rest }) => (
  <div class="field">
    {aside ? (
      <div class="label-row">
        <label for={id}>{label}</label>
        {aside}
      </div>
    ) : (
      <label for={id}>{label}</label>
    )}
    <div class="control">
      <input id={id} name={name} value={value} {...describedBy(id, hint, error)} {...rest} />
      {children}
    </div>
    <FieldNotes id={id} hint={hint} error={error} />
  </div>
)

type SelectProps = Omit<JSX.IntrinsicElements['select'], 'id' | 'name' | 'value'> & {
  name: string
  label: string
  id?: string
  value?: string | undefined
  hint?: string | undefined
  error?: string | undefined
  options: { value: string; label: string }[]
}

export const SelectField: FC<SelectProps> = ({ name, label, id = name, value, hint, error, options, ...rest }) => (
  <div class="field">
    <label for={id}>{label}</label>
    <select id={id} name={name} {...describedBy(id, hint, error)} {...rest}>
      {options.map((option) => (
        <option value={option.value} selected={option.value === value}>
          {option.label}
        </option>
      ))}
    </select>
    <FieldNotes id={id} hint={hint} error={error} />
  </div>
)

/** The field that gets the focus in a form that comes back. */
export const firstWrong = (errors: Record<string, string | undefined>): string | undefined => Object.keys(errors)[0]

type TextFieldProps = Omit<JSX.IntrinsicElements['textarea'], 'id' | 'name' | 'value'> & {
  name: string
  label: string
  id?: string
  value?: string | undefined
  hint?: string | undefined
  error?: string | undefined
}

/** Several lines of text. */
export const TextField: FC<TextFieldProps> = ({ name, label, id = name, value, hint, error, ...rest }) => (
  <div class="field">
    <label for={id}>{label}</label>
    <textarea id={id} name={name} {...describedBy(id, hint, error)} {...rest}>
      {value}
    </textarea>
    <FieldNotes id={id} hint={hint} error={error} />
  </div>
)

export const FieldNotes: FC<{ id: string; hint: string | undefined; error: string | undefined }> = ({
  id,
  hint,
  error,
}) => (
  <>
    {hint && (
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
    {error && (
      <p class="error" id={`${id}-error`}>
        {error}
      </p>
    )}
  </>
)

/** For an input that is not a `Field`: ties it to the paragraphs `<id>-hint` and `<id>-error`. */
export function describedBy(id: string, hint: string | undefined, error: string | undefined) {
  const ids = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')
  return { 'aria-describedby': ids === '' ? undefined : ids, 'aria-invalid': error ? ('true' as const) : undefined }
}
